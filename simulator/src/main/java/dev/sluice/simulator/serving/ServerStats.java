package dev.sluice.simulator.serving;

import dev.sluice.simulator.engine.EngineStats;

/// The statistics of a server tell what it has done since it started, and what it is doing.
///
/// @param requests requests that reached the engine
/// @param aborted requests whose client went away
/// @param busySeconds time in which a step was in progress
public record ServerStats(long requests, long aborted, EngineStats engine, double busySeconds) {}
