package dev.sluice.simulator.metrics;

import dev.sluice.simulator.engine.Accelerator;
import dev.sluice.simulator.engine.Profile;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// The GPUs of one pod as the DCGM exporter exposes them.
public final class DcgmMetrics {
    private static final double MEMORY_IN_USE = 0.9;

    // Why a clock is not higher, as NVML's bits.
    private static final int GPU_IDLE = 0x1;
    private static final int SW_THERMAL_SLOWDOWN = 0x20;

    private final Accelerator accelerator;
    private final byte[][] gpuLabels;

    public DcgmMetrics(Profile profile, String namespace, String pod) {
        this.accelerator = profile.accelerator();
        this.gpuLabels = new byte[profile.gpus()][];
        for (int gpu = 0; gpu < profile.gpus(); gpu++) {
            UUID uuid = UUID.nameUUIDFromBytes((namespace + "/" + pod + "/" + gpu).getBytes(StandardCharsets.UTF_8));
            gpuLabels[gpu] = Exposition.ascii("{gpu=\"" + gpu + "\",UUID=\"GPU-" + uuid + "\",pci_bus_id=\"00000000:"
                    + String.format("%02X", 0x18 + gpu) + ":00.0\",device=\"nvidia" + gpu + "\",modelName=\""
                    + accelerator.product() + "\",Hostname=\"node-" + Exposition.label(pod)
                    + "\",DCGM_FI_DRIVER_VERSION=\"570.172.08\",container=\"vllm\",namespace=\""
                    + Exposition.label(namespace) + "\",pod=\"" + Exposition.label(pod) + "\"");
        }
    }

    /// Renders all families for GPUs that all show the same reading.
    public byte[] render(GpuReading reading) {
        double used = Math.rint(accelerator.memoryMib() * MEMORY_IN_USE);
        double watts = accelerator.idleWatts()
                + reading.utilization() * reading.clock() * (accelerator.maxWatts() - accelerator.idleWatts());
        Exposition out = new Exposition();
        gauge(
                out,
                "DCGM_FI_DEV_SM_CLOCK",
                "SM clock frequency (in MHz).",
                Math.rint(accelerator.smClockMhz() * reading.clock()));
        gauge(out, "DCGM_FI_DEV_CLOCKS_EVENT_REASONS", "Reasons that lower the clocks (bitmask).", reasons(reading));
        gauge(out, "DCGM_FI_DEV_POWER_USAGE", "Power draw (in W).", watts);
        gauge(out, "DCGM_FI_DEV_GPU_UTIL", "GPU utilization (in %).", Math.rint(reading.utilization() * 100));
        gauge(out, "DCGM_FI_DEV_FB_FREE", "Framebuffer memory free (in MiB).", accelerator.memoryMib() - used);
        gauge(out, "DCGM_FI_DEV_FB_USED", "Framebuffer memory used (in MiB).", used);
        gauge(
                out,
                "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
                "Ratio of time the graphics engine is active.",
                Math.rint(reading.utilization() * 1e4) / 1e4);
        out.header("DCGM_FI_DEV_XID_ERRORS", "gauge", "Value of the last XID error encountered.");
        String xid = ",err_code=\"" + reading.xid() + "\",err_msg=\"" + XidNames.message(reading.xid()) + "\"} ";
        for (byte[] labels : gpuLabels) {
            line(out, "DCGM_FI_DEV_XID_ERRORS", labels, xid, reading.xid());
        }
        return out.toBytes();
    }

    private static int reasons(GpuReading reading) {
        if (reading.clock() < 1) {
            return SW_THERMAL_SLOWDOWN;
        }
        return reading.utilization() > 0 ? 0 : GPU_IDLE;
    }

    private void gauge(Exposition out, String name, String help, double value) {
        out.header(name, "gauge", help);
        for (byte[] labels : gpuLabels) {
            line(out, name, labels, "} ", value);
        }
    }

    private static void line(Exposition out, String name, byte[] labels, String rest, double value) {
        out.text(name);
        out.text(labels);
        out.text(rest + (value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value)) + "\n");
    }
}
