/// The Envoy binary and the process that runs it.
///
/// Start with [EnvoyBinary], which finds or brings the binary, and [EnvoyProcess], which runs it.
@NullMarked
package dev.sluice.standalone.envoy;

import org.jspecify.annotations.NullMarked;
