package dev.sluice.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadingsTest {
    @Test
    void aProcessStatusTellsMemoryAndThreads() {
        String status = "Name:\tjava\nVmHWM:\t  400000 kB\nVmRSS:\t  307200 kB\nThreads:\t31\n";
        assertThat(ProcessReading.of(status, 40)).isEqualTo(new ProcessReading(300, 31, 40));
    }

    @Test
    void aStatusWithoutMemoryIsRefused() {
        assertThatThrownBy(() -> ProcessReading.of("Name:\tjava\n", 1)).hasMessageContaining("VmRSS");
    }

    @Test
    void theHeapIsTheSumOfItsGenerationsWithoutTheirPartsAndWithoutClasses() {
        String info = """
                4711:
                 DefNew     total 44288K, used 1024K [0x00000000e8000000, 0x00000000eb000000, 0x00000000eb000000)
                  eden space 39424K,   2% used [0x00000000e8000000, 0x00000000e8100000, 0x00000000ea680000)
                  from space 4864K,   0% used [0x00000000ea680000, 0x00000000ea680000, 0x00000000eab40000)
                 Tenured    total 81920K, used 51200K [0x00000000eb000000, 0x00000000f0000000, 0x0000000100000000)
                  the  space 81920K,  62% used [0x00000000eb000000, 0x00000000ee200000, 0x00000000f0000000)
                 Metaspace       used 41000K, committed 41600K, reserved 1114112K
                  class space    used 4500K, committed 4800K, reserved 1048576K
                """;
        assertThat(HeapReading.usedMib(info)).isEqualTo(51);
    }

    @Test
    void aHistogramTellsObjectsOfOurOwnTypes() {
        String histogram = """
                4711:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         65432        5234560  [B (java.base@25)
                  12:           345          12345  dev.sluice.picker.pool.Endpoint
                 113:             2             64  dev.sluice.picker.extproc.Exchange
                Total        190000       12345678
                """;
        assertThat(HeapReading.instances(histogram))
                .isEqualTo(Map.of("dev.sluice.picker.pool.Endpoint", 345L, "dev.sluice.picker.extproc.Exchange", 2L));
    }

    @Test
    void aFamilyIsAddedUpByALabel() {
        MeterPage page = new MeterPage("""
                # TYPE sluice_requests_total counter
                sluice_requests_total{model="m",outcome="completed",pool="a/b"} 7.0
                sluice_requests_total{model="n",outcome="completed",pool="a/b"} 2.0
                sluice_requests_total{model="m",outcome="cancelled",pool="a/b"} 1.0
                sluice_requests_total_more 5.0
                sluice_body_bytes 12.0
                """);
        assertThat(page.by("sluice_requests_total", "outcome")).isEqualTo(Map.of("completed", 9.0, "cancelled", 1.0));
        assertThat(page.sum("sluice_requests_total")).isEqualTo(10);
        assertThat(page.sum("sluice_body_bytes")).isEqualTo(12);
        assertThat(page.sum("sluice_none")).isZero();
    }
}
