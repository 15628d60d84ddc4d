// Imported for its effect before any client of AWS is created. The SDK warns on Node 20 that its future versions will
// need a later one. Its version is pinned here, so that is no concern of whoever runs an oracle.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
