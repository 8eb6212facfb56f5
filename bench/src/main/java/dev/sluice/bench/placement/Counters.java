package dev.sluice.bench.placement;

import java.util.Collection;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/// The counters of a vLLM metrics page so far; not a number where it has no such counter.
///
/// @param queried prompt tokens that the prefix cache was asked for
/// @param hit those of them that it had
/// @param prompted prompt tokens that were processed or found
/// @param answered requests that ended well
record Counters(double queried, double hit, double prompted, double answered) {
    static Counters read(String page) {
        return new Counters(
                sum(page, "vllm:prefix_cache_queries"),
                sum(page, "vllm:prefix_cache_hits"),
                sum(page, "vllm:prompt_tokens"),
                sum(page, "vllm:request_success"));
    }

    static Counters sum(Collection<Counters> all) {
        return new Counters(
                all.stream().mapToDouble(Counters::queried).sum(),
                all.stream().mapToDouble(Counters::hit).sum(),
                all.stream().mapToDouble(Counters::prompted).sum(),
                all.stream().mapToDouble(Counters::answered).sum());
    }

    /// The counts since an earlier page; a counter that was not there yet stood at 0, as labelled ones do.
    Counters since(Counters before) {
        return new Counters(
                queried - orZero(before.queried),
                hit - orZero(before.hit),
                prompted - orZero(before.prompted),
                answered - orZero(before.answered));
    }

    private static double orZero(double count) {
        return Double.isNaN(count) ? 0 : count;
    }

    /// The share of prompt tokens that a cache had; not a number where nobody counted.
    double hitRatio() {
        return hit / queried;
    }

    /// Over all of a counter's series; some servers write its name without `_total`.
    private static double sum(String page, String counter) {
        Pattern series = Pattern.compile("(?m)^" + counter + "(?:_total)?(?:\\{.*\\})? (?<value>[0-9.eE+-]+)");
        double[] all =
                series.matcher(page).results().mapToDouble(Counters::value).toArray();
        return all.length == 0 ? Double.NaN : DoubleStream.of(all).sum();
    }

    private static double value(MatchResult match) {
        return Double.parseDouble(match.group("value"));
    }
}
