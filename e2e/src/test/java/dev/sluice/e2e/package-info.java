/// The whole of Sluice with a real Envoy: what clients, operators and failures see from outside.
///
/// Start with [GatewayStack], which every test here runs on.
@NullMarked
package dev.sluice.e2e;

import org.jspecify.annotations.NullMarked;
