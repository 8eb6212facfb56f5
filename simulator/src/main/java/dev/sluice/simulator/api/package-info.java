/// The HTTP APIs in words: request bodies to prompts, results to JSON and server-sent events.
///
/// Read first: [dev.sluice.simulator.api.RequestParser], [dev.sluice.simulator.api.ApiCall],
/// [dev.sluice.simulator.api.Dialect].
@NullMarked
package dev.sluice.simulator.api;

import org.jspecify.annotations.NullMarked;
