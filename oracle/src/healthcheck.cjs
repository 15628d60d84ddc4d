// Exits with 0 if the oracle on this machine says that it can be relied on, else with 1 and what is wrong. For containers
// and monitors: plain JavaScript, so that it starts at once.
const port = process.env.COMMONWIRE_PORT ?? '8700';

fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(9_000) })
  .then(async (response) => {
    const { status, problems = [] } = await response.json();
    console.log([status, ...problems.map(({ message }) => message)].join('; '));
    process.exitCode = response.ok ? 0 : 1;
  })
  .catch((error) => {
    console.log(`no answer: ${error.message}`);
    process.exitCode = 1;
  });
