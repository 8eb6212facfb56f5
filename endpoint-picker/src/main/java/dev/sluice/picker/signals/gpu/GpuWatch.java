package dev.sluice.picker.signals.gpu;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.GpuSignals;
import dev.sluice.picker.pool.Pools;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is known of one endpoint's GPUs, whoever said it, and what follows: what it runs on, how slow it is,
/// and whether it is sound.
///
/// An error that needs a reset takes the endpoint out until its GPU shows no error any more, or until the pod has
/// become ready anew, which makes it another endpoint. DCGM shows the last error only and shows it on and on, so
/// another error behind it, such as the end of the process that it killed, is no recovery; and an error that stands
/// there when a pod joins is older than the pod, which has become ready in spite of it. Only of the endpoints that the
/// picker finds at its own start is nobody to say which came first; there the error counts.
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

    /// A number with the time until which it may be used.
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

    /// @param full the clocks of the GPUs of all endpoints
    /// @param found whether the endpoint was there when the picker started
    public GpuWatch(Endpoint endpoint, Pools pools, FullClocks full, boolean found) {
        this.endpoint = endpoint;
        this.pools = pools;
        this.clocks = new ClockShare(full);
        this.found = found;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /// How many endpoints share the pod's GPUs: one for each of its ports.
    public void sharedBy(int endpoints) {
        sharers = endpoints;
    }

    /// An exporter, or who has read one, shows these GPUs of the pod.
    public void read(List<GpuReading> gpus, long atNanos) {
        double busiest = Double.NaN;
        double fullest = Double.NaN;
        double slowest = gpus.isEmpty() ? Double.NaN : 1;
        for (GpuReading gpu : gpus) {
            busiest = more(busiest, gpu.utilization());
            fullest = more(fullest, gpu.memoryUsage());
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

    public void xid(int code) {
        xid(new GpuId("", "", "", "", "", ""), code);
        publish();
    }

    /// Forgets what was measured before `oldest`, except an error: the exporter of a broken GPU may be gone with it.
    public void expire(long oldest) {
        utilization.expire(oldest);
        memoryUsage.expire(oldest);
        clock.expire(oldest);
        publish();
    }

    /// Nobody speaks for the GPUs any more, because the policy says so, or because the endpoint has left.
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
            tell(fatal);
        }
        fatalXid = fatal;
        GpuSignals now = new GpuSignals(utilization.now, memoryUsage.now, clock.now, fatal);
        if (!now.equals(endpoint.gpus())) {
            endpoint.report(now);
        }
    }

    private void tell(int fatal) {
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

    /// The larger one; of a number and nothing the number.
    private static double more(double one, double other) {
        if (Double.isNaN(one)) {
            return other;
        }
        return Double.isNaN(other) ? one : Math.max(one, other);
    }
}
