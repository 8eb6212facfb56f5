package dev.sluice.picker.extproc;

import dev.sluice.picker.memory.BodyBudget;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.routing.Router;
import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.time.Ticker;
import dev.sluice.picker.time.Timer;

/// The collaborators of an exchange are the same for all streams.
///
/// @param pools to recognise the endpoint that the proxy reports
/// @param bodies what request bodies may take
public record Collaborators(Router router, Pools pools, Meters meters, Ticker ticker, Timer timer, BodyBudget bodies) {}
