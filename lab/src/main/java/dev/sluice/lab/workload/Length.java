package dev.sluice.lab.workload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.SplittableRandom;

/// A distribution of lengths in tokens: log-normal, cut at both ends; always the mean where `cv` is 0.
///
/// @param mean before it is cut
/// @param cv standard deviation in multiples of the mean
public record Length(double mean, double cv, int min, int max) {
    public Length {
        max = max == 0 ? Integer.MAX_VALUE : max;
        min = Math.max(1, min);
        if (mean < 1 || cv < 0 || max < min) {
            throw new IllegalArgumentException(
                    "mean " + mean + ", cv " + cv + ", min " + min + ", max " + max + " are no lengths");
        }
    }

    /// In a file a bare number is a length that does not vary.
    @JsonCreator
    static Length of(int tokens) {
        return new Length(tokens, 0, 1, 0);
    }

    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    static Length of(
            @JsonProperty("mean") double mean,
            @JsonProperty("cv") double cv,
            @JsonProperty("min") int min,
            @JsonProperty("max") int max) {
        return new Length(mean, cv, min, max);
    }

    int draw(SplittableRandom random) {
        if (cv == 0) {
            return (int) mean;
        }
        double variance = Math.log1p(cv * cv);
        double drawn = Math.exp(Math.log(mean) - variance / 2 + Math.sqrt(variance) * random.nextGaussian());
        return Math.clamp(Math.round(drawn), min, max);
    }
}
