package dev.sluice.e2e.cluster.binary;

import java.io.IOException;
import org.opentest4j.TestAbortedException;

/// Something that tests need and a machine may lack.
public interface Prerequisite<T> {
    T find() throws IOException, InterruptedException;

    /// What is needed; where it is neither there nor can be made, the test is skipped on a person's machine, and fails
    /// where everything must be tested.
    static <T> T orSkip(Prerequisite<T> prerequisite) throws IOException, InterruptedException {
        try {
            return prerequisite.find();
        } catch (IOException none) {
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw none;
            }
            throw new TestAbortedException("skipped: " + none.getMessage(), none);
        }
    }
}
