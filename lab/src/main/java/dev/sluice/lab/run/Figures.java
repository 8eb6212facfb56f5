package dev.sluice.lab.run;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// The figures of a run, or of a stage of it. A request that did not end in time counts with the time it had
/// waited, and as one that missed its objective. All times are in milliseconds.
///
/// @param durationMean from a request's arrival to the end of its answer
public record Figures(
        OfferedLoad load, Ttft ttft, Tpot tpot, double durationMean, SloAttainment slo, FleetFigures fleet) {

    /// The requests that arrived.
    ///
    /// @param requests that counted
    /// @param rate of their arrival, per second
    /// @param unfinished did not end in time
    /// @param refused failed at once, because too many were in flight or the prompt was too long; they missed their
    /// objectives, and count in no latency
    public record OfferedLoad(double requests, double rate, double unfinished, double refused) {

        private static OfferedLoad mean(List<OfferedLoad> all) {
            return new OfferedLoad(
                    average(all, OfferedLoad::requests),
                    average(all, OfferedLoad::rate),
                    average(all, OfferedLoad::unfinished),
                    average(all, OfferedLoad::refused));
        }
    }

    /// The time to first token.
    public record Ttft(double mean, double p50, double p90, double p99) {

        private static Ttft mean(List<Ttft> all) {
            return new Ttft(
                    average(all, Ttft::mean),
                    average(all, Ttft::p50),
                    average(all, Ttft::p90),
                    average(all, Ttft::p99));
        }
    }

    /// The time per output token after the first.
    ///
    /// @param normalizedP90 duration divided by output tokens
    public record Tpot(double p50, double p90, double normalizedP90) {

        private static Tpot mean(List<Tpot> all) {
            return new Tpot(average(all, Tpot::p50), average(all, Tpot::p90), average(all, Tpot::normalizedP90));
        }
    }

    /// The requests that kept both objectives.
    ///
    /// @param goodput how many did, per second
    /// @param kept the share of requests that did
    public record SloAttainment(double goodput, double kept) {

        private static SloAttainment mean(List<SloAttainment> all) {
            return new SloAttainment(average(all, SloAttainment::goodput), average(all, SloAttainment::kept));
        }
    }

    /// The work of the servers together.
    ///
    /// @param throughput output tokens per second
    /// @param hitRatio the share of prompt tokens found in caches
    /// @param utilization the share of time in which the GPUs computed
    /// @param imbalance the busiest server's utilization in multiples of the mean
    public record FleetFigures(double throughput, double hitRatio, double utilization, double imbalance) {

        private static FleetFigures mean(List<FleetFigures> all) {
            return new FleetFigures(
                    average(all, FleetFigures::throughput),
                    average(all, FleetFigures::hitRatio),
                    average(all, FleetFigures::utilization),
                    average(all, FleetFigures::imbalance));
        }
    }

    /// The mean over seeds.
    public static Figures mean(List<Figures> all) {
        return new Figures(
                OfferedLoad.mean(all.stream().map(Figures::load).toList()),
                Ttft.mean(all.stream().map(Figures::ttft).toList()),
                Tpot.mean(all.stream().map(Figures::tpot).toList()),
                average(all, Figures::durationMean),
                SloAttainment.mean(all.stream().map(Figures::slo).toList()),
                FleetFigures.mean(all.stream().map(Figures::fleet).toList()));
    }

    private static <F> double average(List<F> all, ToDoubleFunction<F> figure) {
        return all.stream().mapToDouble(figure).average().orElse(Double.NaN);
    }
}
