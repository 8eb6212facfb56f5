/// A whole gateway in one JVM: the folder's resources, the picker, the xDS server, and Envoy.
///
/// Start with [LocalGateway].
@NullMarked
package dev.sluice.standalone.gateway;

import org.jspecify.annotations.NullMarked;
