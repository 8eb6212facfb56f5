package dev.sluice.picker.signals.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Pools.PoolSpec;
import dev.sluice.picker.pool.signal.GpuSignals;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.signals.validation.Rejection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GpuWatchTest {
    private final Pools pools = new Pools(_ -> {});
    private final DcgmPage page = new DcgmPage(Rejection.RejectionListener.NOBODY);

    private Endpoint endpoint(Hardware hardware, boolean declared) {
        EndpointSpec spec = new EndpointSpec(
                new EndpointId("pod-0", "10.0.0.1", 8000), hardware, Engine.VLLM, declared, "10.1.0.1", "");
        return pools.replaceAll(List.of(new PoolSpec(Fixtures.POOL, PoolSettings.DEFAULT, List.of(spec))))
                .getFirst();
    }

    private Endpoint endpoint() {
        return endpoint(new Hardware("", 1, "llama"), false);
    }

    private GpuWatch watch(Endpoint endpoint, boolean found) {
        return new GpuWatch(endpoint, pools, new FullClocks(), found);
    }

    private List<GpuReading> gpus(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        page.begin();
        page.piece(bytes, 0, bytes.length);
        return page.end().of("ml", "pod-0");
    }

    private static String sample(String family, int gpu, double value) {
        return family + "{gpu=\"" + gpu + "\",UUID=\"GPU-" + gpu
                + "\",modelName=\"NVIDIA H100 80GB HBM3\",namespace=\"ml\",pod=\"pod-0\"} " + value + "\n";
    }

    private static String xid(int code) {
        return sample("DCGM_FI_DEV_XID_ERRORS", 0, code);
    }

    @Test
    void theBusiestTheFullestAndTheSlowestOfSeveralCount() {
        Endpoint endpoint = endpoint();
        watch(endpoint, true)
                .read(
                        gpus(sample("DCGM_FI_DEV_GPU_UTIL", 0, 40)
                                + sample("DCGM_FI_DEV_GPU_UTIL", 1, 90)
                                + sample("DCGM_FI_DEV_FB_USED", 0, 60_000)
                                + sample("DCGM_FI_DEV_FB_FREE", 0, 20_000)
                                + sample("DCGM_FI_DEV_SM_CLOCK", 0, 1_980)
                                + sample("DCGM_FI_DEV_SM_CLOCK", 1, 990)),
                        0);
        assertThat(endpoint.gpus()).isEqualTo(new GpuSignals(.9, .75, .5, 0));
        assertThat(endpoint.slowness()).isEqualTo(2);
    }

    @Test
    void theGpusSayWhatTheEndpointRunsOnAndThePoolIsSortedAnew() {
        Endpoint endpoint = endpoint();
        watch(endpoint, true).read(gpus(xid(0) + sample("DCGM_FI_DEV_XID_ERRORS", 1, 0)), 0);
        Hardware expected = new Hardware("NVIDIA H100 80GB HBM3", 2, "llama");
        assertThat(endpoint.hardware()).isEqualTo(expected);
        assertThat(Objects.requireNonNull(pools.find(Fixtures.POOL)).hardware()).containsExactly(expected);
    }

    @Test
    void aLabelSaysWhichAcceleratorButNotHowMany() {
        Endpoint endpoint = endpoint(new Hardware("NVIDIA-L40S", 1, "llama"), false);
        watch(endpoint, true).read(gpus(xid(0) + sample("DCGM_FI_DEV_XID_ERRORS", 1, 0)), 0);
        assertThat(endpoint.hardware()).isEqualTo(new Hardware("NVIDIA-L40S", 2, "llama"));
    }

    @Test
    void aPolicyKnowsBest() {
        Hardware declared = new Hardware("B200", 4, "llama");
        Endpoint endpoint = endpoint(declared, true);
        watch(endpoint, true).read(gpus(xid(0)), 0);
        assertThat(endpoint.hardware()).isEqualTo(declared);
    }

    @Test
    void endpointsOfOnePodShareItsGpus() {
        Endpoint endpoint = endpoint();
        GpuWatch watch = watch(endpoint, true);
        watch.sharedBy(2);
        watch.read(gpus(xid(0) + sample("DCGM_FI_DEV_XID_ERRORS", 1, 0)), 0);
        assertThat(endpoint.hardware().accelerators()).isEqualTo(1);
    }

    @Test
    void aSliceOfAGpuIsAnAcceleratorOfItsOwn() {
        Endpoint endpoint = endpoint();
        String slice = "{gpu=\"0\",UUID=\"GPU-0\",GPU_I_PROFILE=\"3g.40gb\",GPU_I_ID=\"%d\","
                + "modelName=\"NVIDIA H100 80GB HBM3\",exported_namespace=\"ml\",exported_pod=\"%s\",pod=\"exporter\"} %s\n";
        watch(endpoint, true)
                .read(
                        gpus("DCGM_FI_PROF_GR_ENGINE_ACTIVE" + slice.formatted(1, "pod-0", ".25")
                                + "DCGM_FI_PROF_GR_ENGINE_ACTIVE" + slice.formatted(2, "another", ".75")),
                        0);
        assertThat(endpoint.hardware().accelerator()).isEqualTo("NVIDIA H100 80GB HBM3 MIG 3g.40gb");
        assertThat(endpoint.hardware().accelerators()).isEqualTo(1);
        assertThat(endpoint.gpus().utilization()).isEqualTo(.25);
    }

    @Test
    void aFatalErrorTakesTheEndpointOutUntilThereIsNone() {
        Endpoint endpoint = endpoint();
        GpuWatch watch = watch(endpoint, false);
        watch.read(gpus(xid(0)), 0);
        assertThat(endpoint.isFaulty()).isFalse();
        watch.read(gpus(xid(79)), 1);
        assertThat(endpoint.isFaulty()).isTrue();
        assertThat(endpoint.gpus().fatalXid()).isEqualTo(79);
        watch.read(gpus(xid(45)), 2);
        assertThat(endpoint.gpus().fatalXid())
                .as("the end of the process that it killed is no recovery")
                .isEqualTo(79);
        watch.read(List.of(), 3);
        watch.expire(4);
        assertThat(endpoint.isFaulty()).as("the exporter may have died of it").isTrue();
        watch.read(gpus(xid(0)), 5);
        assertThat(endpoint.isFaulty()).isFalse();
    }

    @Test
    void aFaultOfTheApplicationIsNone() {
        Endpoint endpoint = endpoint();
        GpuWatch watch = watch(endpoint, true);
        for (int code : new int[] {13, 31, 43, 45, 63, 94}) {
            watch.read(gpus(xid(code)), 0);
            assertThat(endpoint.isFaulty()).as("XID " + code).isFalse();
        }
    }

    @Test
    void anErrorOlderThanThePodIsNotThePods() {
        Endpoint endpoint = endpoint();
        GpuWatch joined = watch(endpoint, false);
        joined.read(gpus(xid(95)), 0);
        assertThat(endpoint.isFaulty()).isFalse();
        joined.read(gpus(xid(79)), 1);
        assertThat(endpoint.isFaulty()).isTrue();
        watch(endpoint, true).read(gpus(xid(95)), 2);
        assertThat(endpoint.gpus().fatalXid())
                .as("found so at the picker's start")
                .isEqualTo(95);
    }

    @Test
    void anIdleGpuIsNotSlowForItsLowClock() {
        Endpoint endpoint = endpoint();
        watch(endpoint, true)
                .read(gpus(sample("DCGM_FI_DEV_GPU_UTIL", 0, 3) + sample("DCGM_FI_DEV_SM_CLOCK", 0, 345)), 0);
        assertThat(endpoint.slowness()).isEqualTo(1);
    }

    @Test
    void reasonsDecideWhereThereAreSome() {
        Endpoint endpoint = endpoint();
        GpuWatch watch = watch(endpoint, true);
        String slow = sample("DCGM_FI_DEV_GPU_UTIL", 0, 99) + sample("DCGM_FI_DEV_SM_CLOCK", 0, 1_320);
        watch.read(gpus(slow + sample("DCGM_FI_DEV_CLOCK_THROTTLE_REASONS", 0, 0)), 0);
        assertThat(endpoint.slowness()).isEqualTo(1);
        watch.read(gpus(slow + sample("DCGM_FI_DEV_CLOCK_THROTTLE_REASONS", 0, 0x20)), 0);
        assertThat(endpoint.slowness()).isCloseTo(1.5, within(1e-9));
        watch.read(gpus(slow + sample("DCGM_FI_DEV_CLOCKS_EVENT_REASONS", 0, 0x1)), 0);
        assertThat(endpoint.slowness()).isEqualTo(1);
        watch.read(gpus(sample("DCGM_FI_DEV_CLOCKS_EVENT_REASONS", 0, 0x8)), 0);
        assertThat(endpoint.slowness())
                .as("a slowdown by hardware, at a clock unknown")
                .isEqualTo(2);
    }

    @Test
    void timeUnderALimitCountsWhereThereAreNoReasons() {
        Endpoint endpoint = endpoint();
        GpuWatch watch = watch(endpoint, true);
        String slow = sample("DCGM_FI_DEV_GPU_UTIL", 0, 99) + sample("DCGM_FI_DEV_SM_CLOCK", 0, 990);
        watch.read(gpus(slow + sample("DCGM_FI_DEV_POWER_VIOLATION", 0, 500)), 0);
        assertThat(endpoint.slowness()).as("that was before").isEqualTo(1);
        watch.read(gpus(slow + sample("DCGM_FI_DEV_POWER_VIOLATION", 0, 900)), 1);
        assertThat(endpoint.slowness()).isEqualTo(2);
        watch.read(
                gpus(slow + sample("DCGM_FI_DEV_POWER_VIOLATION", 0, 900)),
                Duration.ofSeconds(29).toNanos());
        assertThat(endpoint.slowness()).as("the exporter has not looked again").isEqualTo(2);
        watch.read(
                gpus(slow + sample("DCGM_FI_DEV_POWER_VIOLATION", 0, 900)),
                Duration.ofSeconds(60).toNanos());
        assertThat(endpoint.slowness()).isEqualTo(1);
    }

    @Test
    void whatDcgmDoesNotKnowIsNoNumber() {
        Endpoint endpoint = endpoint();
        watch(endpoint, true)
                .read(
                        gpus(sample("DCGM_FI_DEV_GPU_UTIL", 0, 0x7ffffffffffffff2L)
                                + sample("DCGM_FI_DEV_XID_ERRORS", 0, 2147483632.0)),
                        0);
        assertThat(endpoint.gpus()).isEqualTo(GpuSignals.NOTHING_KNOWN);
    }

    @Test
    void whatIsNotSaidAgainIsForgotten() {
        Endpoint endpoint = endpoint();
        GpuWatch watch = watch(endpoint, true);
        watch.read(gpus(sample("DCGM_FI_DEV_GPU_UTIL", 0, 90) + sample("DCGM_FI_DEV_SM_CLOCK", 0, 990)), 10);
        watch.expire(10);
        assertThat(endpoint.slowness()).isEqualTo(2);
        watch.expire(11);
        assertThat(endpoint.gpus()).isEqualTo(GpuSignals.NOTHING_KNOWN);
    }
}
