/// The whole of Sluice from outside: real clients, a real Envoy, the real picker, and model servers.
///
/// Each package holds the tests of one subject. Read first: [dev.sluice.e2e.routing.OverrideHostIT] for how Envoy and a
/// picker behave together, [dev.sluice.e2e.bodies.BadInputIT] for what clients get wrong.
@NullMarked
package dev.sluice.e2e;

import org.jspecify.annotations.NullMarked;
