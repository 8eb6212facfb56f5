/// The whole of Sluice from outside: real clients, a real Envoy, the real picker, and model servers.
///
/// Read first: [OverrideHostIT] for how Envoy and a picker behave together, [BadInputIT] for what clients get wrong.
@NullMarked
package dev.sluice.e2e;

import org.jspecify.annotations.NullMarked;
