package dev.sluice.lab.run;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// What a run, or a stage of it, came to. A request that did not end in time counts with the time it had waited, and
/// as one that missed its objective.
///
/// @param requests that counted
/// @param rate of their arrival, per second
/// @param unfinished did not end in time
/// @param refused failed at once, because too many were in flight or the prompt was too long; they missed their
/// objectives, and count in no
/// latency
/// @param ttftMean time to first token, in milliseconds like all times here
/// @param tpotP50 time per output token after the first
/// @param normalizedP90 duration divided by output tokens
/// @param goodput requests per second that kept both objectives
/// @param kept the share of requests that did
/// @param throughput output tokens per second
/// @param hitRatio the share of prompt tokens found in caches
/// @param utilization the share of time in which the GPUs computed
/// @param imbalance the busiest server's utilization in multiples of the mean
public record Figures(
        double requests,
        double rate,
        double unfinished,
        double refused,
        double ttftMean,
        double ttftP50,
        double ttftP90,
        double ttftP99,
        double tpotP50,
        double tpotP90,
        double normalizedP90,
        double durationMean,
        double goodput,
        double kept,
        double throughput,
        double hitRatio,
        double utilization,
        double imbalance) {

    /// The mean over seeds.
    public static Figures mean(List<Figures> all) {
        return new Figures(
                mean(all, Figures::requests),
                mean(all, Figures::rate),
                mean(all, Figures::unfinished),
                mean(all, Figures::refused),
                mean(all, Figures::ttftMean),
                mean(all, Figures::ttftP50),
                mean(all, Figures::ttftP90),
                mean(all, Figures::ttftP99),
                mean(all, Figures::tpotP50),
                mean(all, Figures::tpotP90),
                mean(all, Figures::normalizedP90),
                mean(all, Figures::durationMean),
                mean(all, Figures::goodput),
                mean(all, Figures::kept),
                mean(all, Figures::throughput),
                mean(all, Figures::hitRatio),
                mean(all, Figures::utilization),
                mean(all, Figures::imbalance));
    }

    private static double mean(List<Figures> all, ToDoubleFunction<Figures> figure) {
        return all.stream().mapToDouble(figure).average().orElse(Double.NaN);
    }
}
