package dev.sluice.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.soak.SoakPeriod.Ends;
import dev.sluice.bench.soak.SoakPeriod.HeapSample;
import dev.sluice.bench.soak.SoakPeriod.PeriodLoad;
import dev.sluice.bench.soak.SoakPeriod.ProcessSample;
import dev.sluice.bench.soak.SoakPeriod.SmallRequestTimes;
import dev.sluice.bench.soak.load.RequestKind;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakVerdictTest {
    private static final String IDLE = """
            sluice_requests_in_flight{pool="default/default"} 0.0
            sluice_queue_requests{pool="default/default"} 0.0
            sluice_body_bytes 0.0
            sluice_bodies_paused 0.0
            sluice_requests_total{model="m",outcome="completed",pool="default/default"} 900.0
            sluice_requests_total{model="m",outcome="queue_full",pool="default/default"} 9.0
            """;

    private static List<SoakPeriod> periods(DoubleUnaryOperator heap, DoubleUnaryOperator files) {
        return IntStream.rangeClosed(1, 60)
                .mapToObj(minute -> new SoakPeriod(
                        60.0 * minute,
                        new PeriodLoad(0.7, 500, new Ends(900, 9, 0, 0, 0, 0), new SmallRequestTimes(3, 9)),
                        new HeapSample(heap.applyAsDouble(minute) + minute % 7, minute % 7),
                        List.of(new ProcessSample(
                                60.0 * minute, new ProcessReading(400, 30, (int) files.applyAsDouble(minute))))))
                .toList();
    }

    private static List<SoakPeriod> flat() {
        return periods(_ -> 80, _ -> 50);
    }

    private static SoakEnd end(String meters, String log) {
        return new SoakEnd(
                Map.of(RequestKind.SMALL, Map.of("complete", 900L, "429 queue_full", 9L)),
                new MeterPage(meters),
                List.of(0L, 0L),
                Map.of("dev.sluice.picker.pool.Endpoint", 6L),
                log);
    }

    private static List<String> faults(List<SoakPeriod> periods) {
        return SoakVerdict.faults(periods, end(IDLE, "serving"));
    }

    @Test
    void aFlatRunHasNoFault() {
        assertThat(faults(flat())).isEmpty();
    }

    @Test
    void growthWithinTheFirstFifthIsWarmUp() {
        assertThat(faults(periods(minute -> Math.min(minute, 12) * 10, _ -> 50)))
                .isEmpty();
    }

    @Test
    void aGrowingHeapIsAFault() {
        assertThat(faults(periods(minute -> 80 + 0.3 * minute, _ -> 50)))
                .singleElement()
                .asString()
                .startsWith("heap MiB");
    }

    @Test
    void growthIsNotJudgedWhileCachesAreFilling() {
        assertThat(faults(periods(minute -> 80 + minute, _ -> 50).subList(0, 10)))
                .isEmpty();
    }

    @Test
    void aFewMoreFilesAreConnectionsAndManyAreAFault() {
        assertThat(faults(periods(_ -> 80, minute -> 20 + minute / 20))).isEmpty();
        assertThat(faults(periods(_ -> 80, minute -> 50 + minute / 3)))
                .singleElement()
                .asString()
                .startsWith("files");
    }

    @Test
    void whatIsStillHeldIsAFault() {
        String held = IDLE.replace("sluice_body_bytes 0.0", "sluice_body_bytes 17.0");
        assertThat(SoakVerdict.faults(flat(), end(held, ""))).containsExactly("sluice_body_bytes: 17, expected 0");
    }

    @Test
    void anOutcomeThatTheLoadDoesNotExplainIsAFault() {
        String internal =
                IDLE + "sluice_requests_total{model=\"m\",outcome=\"internal\",pool=\"default/default\"} 1.0\n";
        assertThat(SoakVerdict.faults(flat(), end(internal, ""))).containsExactly("outcome internal: 1, expected 0");
    }

    @Test
    void anEndThatNoClientOfThatKindShouldSeeIsAFault() {
        SoakEnd broken = new SoakEnd(
                Map.of(
                        RequestKind.SMALL,
                        Map.of("400 bad_request", 2L),
                        RequestKind.BROKEN,
                        Map.of("400 bad_request", 2L)),
                new MeterPage(IDLE),
                List.of(),
                Map.of(),
                "");
        assertThat(SoakVerdict.faults(flat(), broken))
                .containsExactly("2 requests of kind small ended with: 400 bad_request");
    }

    @Test
    void aStackTraceAndAnEmptyHeapAreFaults() {
        String trace = "ERROR it failed\njava.lang.IllegalStateException: no\n\tat dev.sluice.Some.call(Some.java:7)\n";
        assertThat(SoakVerdict.faults(flat(), end(IDLE, trace))).hasSize(1);
        assertThat(SoakVerdict.faults(flat(), end(IDLE, "java.lang.OutOfMemoryError: Java heap space")))
                .hasSize(1);
    }

    @Test
    void theTypesOfRequestsExist() {
        assertThat(SoakVerdict.OF_REQUESTS)
                .allSatisfy(name -> assertThat(Class.forName(name, false, SoakVerdict.class.getClassLoader()))
                        .isNotNull());
    }
}
