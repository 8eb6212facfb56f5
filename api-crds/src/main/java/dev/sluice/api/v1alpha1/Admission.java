package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.ApiDuration;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// When requests wait in the picker, for how long and how many.
public record Admission(
        @Default("Queue")
        @JsonPropertyDescription(
                "What becomes of requests while the pool is saturated. Queue, the default: they wait in "
                        + "the picker, by priority, then fairly by tenant, then by deadline. Off: they go to an endpoint at once.")
        AdmissionMode mode,

        @Default("500ms")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription(
                "The pool is saturated when a request would wait longer than this at its best endpoint, "
                        + "as predicted, or when none has KV cache left for it. The default is 500ms.")
        String maxQueueing,

        @Default("35")
        @Min(0)
        @Max(100)
        @JsonPropertyDescription(
                "The share of maxQueueing and of the KV cache, in percent, that requests below priority "
                        + "0 leave to others while there are such. The default is 35.")
        Integer headroomPercent,

        @Default("60s")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription("How long a request waits at most; then it is answered with 429. The default is 60s.")
        String timeout,

        @Default("1s")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription("How long a request waits at most while the pool has no ready endpoint; then it is "
                + "answered with 503. As long as a pod takes to become ready for pools that are scaled from zero; 0s to "
                + "answer at once. The default is 1s.")
        String scaleFromZeroTimeout,

        @JsonPropertyDescription(
                "Of all requests that wait for the pool. Where one of higher priority finds it reached, "
                        + "the last of the lowest priority make room, answered with 429. The default is 5000 requests, 128 MiB.")
        QueueLimits limits,

        @JsonPropertyDescription("Of those of one priority from 0 on. The default is 4000 requests, 96 MiB.")
        QueueLimits priorityLimits,

        @JsonPropertyDescription("Of those of one priority below 0. With maxRequests 0 they are refused while the pool "
                + "is saturated. The default is 1000 requests, 32 MiB.")
        QueueLimits sheddableLimits) {
    private static final QueueLimits USUAL = new QueueLimits(null, null);

    /// The defaults.
    public static final Admission DEFAULTS = new Admission(null, null, null, null, null, null, null, null);

    public Admission(
            @Nullable AdmissionMode mode,
            @Nullable String maxQueueing,
            @Nullable Integer headroomPercent,
            @Nullable String timeout,
            @Nullable String scaleFromZeroTimeout,
            @Nullable QueueLimits limits,
            @Nullable QueueLimits priorityLimits,
            @Nullable QueueLimits sheddableLimits) {
        this.mode = Objects.requireNonNullElse(mode, AdmissionMode.QUEUE);
        this.maxQueueing = Objects.requireNonNullElse(maxQueueing, "500ms");
        this.headroomPercent = Objects.requireNonNullElse(headroomPercent, 35);
        this.timeout = Objects.requireNonNullElse(timeout, "60s");
        this.scaleFromZeroTimeout = Objects.requireNonNullElse(scaleFromZeroTimeout, "1s");
        this.limits = Objects.requireNonNullElse(limits, USUAL);
        this.priorityLimits = Objects.requireNonNullElse(priorityLimits, USUAL);
        this.sheddableLimits = Objects.requireNonNullElse(sheddableLimits, USUAL);
    }
}
