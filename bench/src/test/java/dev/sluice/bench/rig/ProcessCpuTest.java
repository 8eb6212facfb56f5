package dev.sluice.bench.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessCpuTest {
    @Test
    void countsUserAndSystemTimeBehindAnyName() {
        String stat = "4242 (a (b) 9 c) S 1 4242 4242 0 -1 4194560 8011 0 12 0 250 50 7 9 20 0 31 0 177 1 2 3";
        assertThat(ProcessCpu.seconds(stat)).isEqualTo(3.0);
    }

    @Test
    void readsThisProcess() throws IOException {
        long pid = ProcessHandle.current().pid();
        double before = ProcessCpu.seconds(pid);
        long spin = 0;
        while (ProcessCpu.seconds(pid) <= before) {
            spin++;
        }
        assertThat(spin).isNotNegative();
        assertThat(ProcessCpu.seconds(pid)).isGreaterThan(before);
    }
}
