package dev.sluice.picker.admission;

import dev.sluice.picker.admission.preemption.PreemptibleRequests;
import dev.sluice.picker.admission.queue.TenantCounters;
import dev.sluice.picker.pool.CapacityCheck;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Footprint;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The permit of one request to run. Through it admission learns what the request uses and when its capacity is
/// free.
public sealed class AdmissionPermit implements Admission permits PreemptiblePermit {
    /// The permit where admission is off: nothing is counted.
    public static final AdmissionPermit UNCOUNTED = new AdmissionPermit(null, 0, 1, 0, null);

    private final @Nullable Issuer issuer;
    private final int counter;
    private final int weight;
    private final long sinceNanos;
    private final @Nullable CapacityCheck capacity;
    /// Tokens charged to its tenant so far, before the weight.
    private long charged;

    /// The queue that issued a permit.
    interface Issuer {
        void charge(int counter, long tokens);

        /// The request no longer uses as much of its endpoint.
        void changed();

        /// The request left its endpoint after this many nanoseconds.
        void left(long nanos);

        PreemptibleRequests preemptibles();
    }

    AdmissionPermit(
            @Nullable Issuer issuer, int counter, int weight, long sinceNanos, @Nullable CapacityCheck capacity) {
        this.issuer = issuer;
        this.counter = counter;
        this.weight = weight;
        this.sinceNanos = sinceNanos;
        this.capacity = capacity;
    }

    /// Endpoints the request may be placed on, as long as there is one; null for all.
    public @Nullable CapacityCheck capacity() {
        return capacity;
    }

    /// Charges the tenant, in place of what was charged for this request before.
    ///
    /// At placement the expected tokens are charged, at the end the actual ones. Charging only at the end would
    /// let a tenant start many requests before the first counts.
    ///
    /// @param promptTokens tokens that no cache holds
    public void charge(long promptTokens, long outputTokens) {
        if (issuer != null) {
            long service = TenantCounters.service(promptTokens, outputTokens);
            issuer.charge(counter, (service - charged) / weight);
            charged = service;
        }
    }

    /// The request may be preempted.
    public boolean isSheddable() {
        return false;
    }

    /// Registers a running request that may be preempted; without effect for others.
    ///
    /// @param end called at most once, on another thread, with the Retry-After for the client
    public void onPreempted(Footprint footprint, Consumer<Duration> end) {}

    /// The proxy sent the request to another endpoint than the picked one.
    public void moved(Endpoint to) {}

    /// Its prompt has been computed.
    public void firstToken() {
        if (issuer != null) {
            issuer.changed();
        }
    }

    /// The request was not placed: others may have its capacity.
    public void returned() {
        if (issuer != null) {
            issuer.changed();
        }
    }

    /// It has left the endpoint.
    public void ended(long nowNanos) {
        if (issuer != null) {
            issuer.left(nowNanos - sinceNanos);
        }
    }
}
