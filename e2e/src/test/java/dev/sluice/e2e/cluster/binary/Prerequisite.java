package dev.sluice.e2e.cluster.binary;

import java.io.IOException;
import org.opentest4j.TestAbortedException;

/// Something that tests need and a machine may lack.
public interface Prerequisite<T> {
    /// Without this thing there is nothing to try with.
    final class NotThere extends IOException {
        private static final long serialVersionUID = 1L;

        NotThere(String message) {
            super(message);
        }
    }

    T find() throws IOException, InterruptedException;

    /// What is needed; where it is neither there nor the toolchain to make it, the test is skipped on a person's
    /// machine, and fails
    /// where everything must be tested.
    static <T> T orSkip(Prerequisite<T> prerequisite) throws IOException, InterruptedException {
        try {
            return prerequisite.find();
        } catch (NotThere none) {
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw none;
            }
            throw new TestAbortedException("skipped: " + none.getMessage(), none);
        }
    }
}
