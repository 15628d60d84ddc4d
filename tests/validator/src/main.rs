//! A Surfpool validator for tests, alone on this machine: `surfnet SLOT_MS`.
//!
//! It listens on a free port, and on the next for websockets, where clients look for them. Once it answers it prints
//! `ready PORT`. It ends when its standard input does, so it can't outlive whoever started it.

use std::{
    error::Error,
    io::{self, Read},
    net::TcpListener,
    process, thread,
};

use crossbeam_channel::unbounded;
use surfpool_core::{
    start_local_surfnet,
    surfnet::svm::{SurfnetSvm, SurfnetSvmConfig},
};
use surfpool_types::{BlockProductionMode, RpcConfig, SimnetConfig, SimnetEvent, SurfpoolConfig};

const HOST: &str = "127.0.0.1";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let slot_time = std::env::args()
        .nth(1)
        .ok_or("usage: surfnet SLOT_MS")?
        .parse()?;
    let port = free_port()?;
    let (svm, events, geyser_events) = SurfnetSvm::new(SurfnetSvmConfig {
        slot_time,
        // It would run every transaction once more for each of its instructions.
        instruction_profiling_enabled: false,
        ..Default::default()
    })?;
    let config = SurfpoolConfig {
        simnets: vec![SimnetConfig {
            offline_mode: true,
            slot_time,
            // Chain time must run on while nobody sends anything.
            block_production_mode: BlockProductionMode::Clock,
            instruction_profiling_enabled: false,
            ..Default::default()
        }],
        rpc: RpcConfig {
            bind_host: HOST.into(),
            bind_port: port,
            ws_port: port + 1,
            ..Default::default()
        },
        ..Default::default()
    };
    thread::spawn(move || {
        for event in events {
            match event {
                SimnetEvent::CoreStarted(_) => println!("ready {port}"),
                SimnetEvent::Aborted(reason) => {
                    eprintln!("{reason}");
                    process::exit(1);
                }
                _ => {}
            }
        }
    });
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        process::exit(0);
    });
    let (commands_sender, commands) = unbounded();
    start_local_surfnet(svm, config, commands_sender, commands, geyser_events).await
}

/// A port that is free and whose next is free too.
fn free_port() -> io::Result<u16> {
    loop {
        let first = TcpListener::bind((HOST, 0))?;
        let port = first.local_addr()?.port();
        if port < u16::MAX && TcpListener::bind((HOST, port + 1)).is_ok() {
            return Ok(port);
        }
    }
}
