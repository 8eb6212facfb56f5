/// Collects what a Gateway refers to: its listeners, the routes that attach to them, and each backend as a sealed
/// [Resolution]. Read first: [Resources], [Resolver], [ResolvedGateway].
@NullMarked
package dev.sluice.operator.resolve;

import org.jspecify.annotations.NullMarked;
