package dev.sluice.picker.signals.gpu;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.GpuSignals;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The state of one endpoint's GPUs from all sources: their model, their clock, their usage and their errors.
///
/// A fatal error takes the endpoint out until its GPU shows no error, or until the pod becomes ready anew and
/// so is another endpoint. DCGM keeps showing the last error. Another error after a fatal one, such as the end
/// of the killed process, is therefore no recovery. An error that is there when a pod joins is older than the
/// pod, which has become ready in spite of it, and does not count. For endpoints that exist when the picker
/// starts the order is unknown, and the error counts.
public final class GpuWatch {
    private static final Logger LOG = LoggerFactory.getLogger(GpuWatch.class);

    private final Endpoint endpoint;
    private final Pools pools;
    private final ClockShare clocks;
    private final boolean found;
    private final Map<GpuId, Integer> lastXids = new HashMap<>();
    private final Set<GpuId> failed = new HashSet<>();
    private final Value utilization = new Value(Double.NaN);
    private final Value memoryUsage = new Value(Double.NaN);
    private final Value clock = new Value(1);
    private int sharers = 1;
    private String accelerator = "";
    private int accelerators;
    private int fatalXid;

    /// A number that expires.
    private static final class Value {
        private final double unknown;
        private double now;
        private long at;
        private boolean known;

        Value(double unknown) {
            this.unknown = unknown;
            this.now = unknown;
        }

        void set(double value, long atNanos) {
            if (!Double.isNaN(value)) {
                now = value;
                at = atNanos;
                known = true;
            }
        }

        void expire(long oldest) {
            if (known && at - oldest < 0) {
                now = unknown;
                known = false;
            }
        }
    }

    /// @param full full clocks of all endpoints' GPUs
    /// @param found whether the endpoint existed when the picker started
    GpuWatch(Endpoint endpoint, Pools pools, FullClocks full, boolean found) {
        this.endpoint = endpoint;
        this.pools = pools;
        this.clocks = new ClockShare(full);
        this.found = found;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /// Sets how many endpoints share the pod's GPUs: a pod has an endpoint for each port.
    public void sharedBy(int endpoints) {
        sharers = endpoints;
    }

    /// Takes the readings of the pod's GPUs from a table of several pods.
    ///
    /// @return whether the table has any
    public boolean read(GpuTable gpus, long atNanos) {
        List<GpuReading> own =
                gpus.of(endpoint.pool().namespace(), endpoint.id().pod());
        if (!own.isEmpty()) {
            read(own, atNanos);
        }
        return !own.isEmpty();
    }

    /// Takes the readings of the pod's GPUs.
    void read(List<GpuReading> gpus, long atNanos) {
        double busiest = Double.NaN;
        double fullest = Double.NaN;
        double slowest = gpus.isEmpty() ? Double.NaN : 1;
        for (GpuReading gpu : gpus) {
            busiest = larger(busiest, gpu.utilization());
            fullest = larger(fullest, gpu.memoryUsage());
            slowest = Math.min(slowest, clocks.of(gpu, atNanos));
            if (!Double.isNaN(gpu.xid())) {
                xid(gpu.id(), (int) gpu.xid());
            }
        }
        utilization.set(busiest, atNanos);
        memoryUsage.set(fullest, atNanos);
        clock.set(slowest, atNanos);
        identify(gpus);
        publish();
    }

    public void utilization(double share, long atNanos) {
        utilization.set(share, atNanos);
        publish();
    }

    public void clock(double share, long atNanos) {
        clock.set(Math.clamp(share, .05, 1), atNanos);
        publish();
    }

    /// Takes errors whose GPUs are not known; the worst counts.
    public void xids(Collection<Integer> codes) {
        xid(new GpuId("", "", "", "", "", ""), FatalXids.worst(codes));
        publish();
    }

    /// Expires numbers from before `oldest`. An error stays: the exporter of a broken GPU may be gone with it.
    public void expire(long oldest) {
        utilization.expire(oldest);
        memoryUsage.expire(oldest);
        clock.expire(oldest);
        publish();
    }

    /// Forgets everything: the pool has no source for GPUs any more, or the endpoint has left.
    public void forget() {
        failed.clear();
        lastXids.clear();
        fatalXid = 0;
        endpoint.report(GpuSignals.NOTHING_KNOWN);
    }

    private void xid(GpuId gpu, int code) {
        Integer before = lastXids.put(gpu, code);
        if (code == 0) {
            failed.remove(gpu);
        } else if (FatalXids.contains(code) && (before == null ? found : before != code)) {
            failed.add(gpu);
        }
    }

    private void identify(List<GpuReading> gpus) {
        if (gpus.isEmpty()) {
            return;
        }
        String seen = gpus.getFirst().id().accelerator();
        int count = Math.max(1, gpus.size() / sharers);
        if (!seen.isEmpty() && (count != accelerators || !seen.equals(accelerator))) {
            accelerator = seen;
            accelerators = count;
            if (pools.identify(endpoint, seen, count)) {
                LOG.atInfo()
                        .addKeyValue("endpoint", endpoint)
                        .addKeyValue("accelerator", endpoint.hardware().accelerator())
                        .addKeyValue("accelerators", endpoint.hardware().accelerators())
                        .log("The GPUs say what they are");
            }
        }
    }

    private void publish() {
        int fatal = failed.stream()
                .map(lastXids::get)
                .filter(FatalXids::contains)
                .findFirst()
                .orElse(failed.isEmpty() ? 0 : fatalXid);
        if ((fatal == 0) != (fatalXid == 0)) {
            logError(fatal);
        }
        fatalXid = fatal;
        GpuSignals now = new GpuSignals(utilization.now, memoryUsage.now, clock.now, fatal);
        if (!now.equals(endpoint.gpus())) {
            endpoint.report(now);
        }
    }

    private void logError(int fatal) {
        if (fatal == 0) {
            LOG.atInfo()
                    .addKeyValue("endpoint", endpoint)
                    .log("The GPU shows no error any more; requests go there again");
        } else {
            LOG.atWarn()
                    .addKeyValue("endpoint", endpoint)
                    .addKeyValue("xid", fatal)
                    .log("A GPU has failed; no requests go there until it shows no error or the pod is ready anew");
        }
    }

    /// The larger number, where NaN is less than any.
    private static double larger(double first, double second) {
        if (Double.isNaN(first)) {
            return second;
        }
        return Double.isNaN(second) ? first : Math.max(first, second);
    }
}
