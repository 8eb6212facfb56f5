/// Turns resolved Gateways into a [Plan]: our own plain records of what the gateway shall do; pure and
/// deterministic. Read first: [Plan], [Planner], [Settings].
@NullMarked
package dev.sluice.operator.plan;

import org.jspecify.annotations.NullMarked;
