package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.ApiDuration;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The admission settings decide when requests wait in the picker, for how long and how many.
public record Admission(
        @Default("Queue")
        @JsonPropertyDescription(
                "What becomes of requests while the pool is saturated. Queue, the default: requests wait in the "
                        + "picker, by priority, then fairly by tenant, then by deadline. Off: requests go to an endpoint at "
                        + "once.")
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
                "The share of maxQueueing and of the KV cache, in percent, that requests below priority 0 leave to "
                        + "requests of priority 0 or more, until a minute after the last of these. The default is 35.")
        Integer headroomPercent,

        @Default("60s")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription(
                "The longest wait of a request; after it the request is answered with 429. The default is 60s.")
        String timeout,

        @Default("1s")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription(
                "The longest wait of a request while the pool has no ready endpoint; after it the request is answered "
                        + "with 503. Set it to the time that a pod takes to become ready where the pool is scaled from zero, "
                        + "such as 3m; 0s answers at once. The default is 1s.")
        String scaleFromZeroTimeout,

        @JsonPropertyDescription(
                "The limits of all requests that wait for the pool. A request of higher priority that finds them "
                        + "reached evicts the last requests of the lowest priority, which are answered with 429. The default is "
                        + "5000 requests, 128 MiB.")
        QueueLimits limits,

        @JsonPropertyDescription(
                "The limits of the waiting requests of each priority of 0 or more. The default is 4000 requests, 96 "
                        + "MiB.")
        QueueLimits priorityLimits,

        @JsonPropertyDescription(
                "The limits of the waiting requests of each priority below 0. With maxRequests 0 these requests are "
                        + "refused while the pool is saturated. The default is 1000 requests, 32 MiB.")
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
