/// Gateways, their listeners, filters and certificates, and gateways of other makers.
///
/// Read first: [GatewaysIT].
@NullMarked
package dev.sluice.e2e.gateways;

import org.jspecify.annotations.NullMarked;
