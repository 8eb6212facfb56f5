package dev.sluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TerminationTest {
    private static final int PATIENCE_SECONDS = 60;

    private Process process;

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void sigtermEndsWithStatusZeroWhenAllIsClosedAndAllHooksHaveRun() throws Exception {
        BufferedReader lines = start("serves");
        assertThat(lines.readLine()).isEqualTo("serving");
        process.toHandle().destroy();
        assertThat(status()).isZero();
        assertThat(lines.lines()).containsExactly("closed", "hook");
    }

    @Test
    void anotherSigtermChangesNothing() throws Exception {
        BufferedReader lines = start("serves");
        assertThat(lines.readLine()).isEqualTo("serving");
        process.toHandle().destroy();
        assertThat(lines.readLine()).isEqualTo("closed");
        process.toHandle().destroy();
        assertThat(status()).isZero();
        assertThat(lines.readLine()).isEqualTo("hook");
    }

    @Test
    void anEndThatFailsHasAnotherStatus() throws Exception {
        BufferedReader lines = start("fails-at-end");
        assertThat(lines.readLine()).isEqualTo("serving");
        process.toHandle().destroy();
        assertThat(status()).isEqualTo(1);
        assertThat(lines.lines()).anyMatch(line -> line.contains("cannot be closed"));
    }

    @Test
    void aStartThatFailsKeepsItsStatus() throws Exception {
        BufferedReader lines = start("fails-at-start");
        assertThat(status()).isEqualTo(EndingProgram.START_ERROR);
        assertThat(lines.lines()).containsExactly("closed", "hook");
    }

    /// `-Xrs` leaves signals to the system, which ends the process at once.
    @Test
    void aJvmThatMayNotHandleSignalsServesAllTheSame() throws Exception {
        BufferedReader lines = start("serves", "-Xrs");
        assertThat(lines.readLine()).isEqualTo("serving");
        process.toHandle().destroy();
        assertThat(status()).isEqualTo(128 + 15);
    }

    private BufferedReader start(String mode) throws IOException {
        return start(mode, "-XX:+UseSerialGC");
    }

    private BufferedReader start(String mode, String option) throws IOException {
        process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndingProgram.class.getName(),
                        mode)
                .redirectErrorStream(true)
                .start();
        return process.inputReader();
    }

    private int status() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
