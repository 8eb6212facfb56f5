package dev.sluice.standalone.demo;

import dev.sluice.standalone.load.LoadSummary;

/// A side of the comparison: what the client saw and what the GPUs did meanwhile.
///
/// @param prefixHitRatio the share of prompt tokens that the servers found in their prefix caches
/// @param gpuUtilisation the share of the time in which a GPU computed, mean over the servers
public record Side(LoadSummary load, double prefixHitRatio, double gpuUtilisation) {}
