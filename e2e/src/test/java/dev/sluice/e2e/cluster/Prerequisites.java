package dev.sluice.e2e.cluster;

import dev.sluice.cluster.binary.GatewayApi;
import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.cluster.binary.MissingProgramException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.opentest4j.TestAbortedException;

/// Programs that tests need and a machine may lack.
///
/// Where neither a program nor the toolchain that builds it is there, a test is skipped on a person's machine, and
/// fails with `CI=true`.
public final class Prerequisites {
    private Prerequisites() {}

    /// Skips a test class where there is no Kubernetes and none can be built, before anything of it starts.
    public static void requireKubernetes() throws IOException, InterruptedException {
        for (GoBinary binary : GoBinary.OF_CLUSTERS) {
            var _ = program(binary);
        }
    }

    /// The resource definitions of the Gateway API.
    public static List<Path> gatewayApi() throws IOException, InterruptedException {
        return orSkip(GatewayApi::definitions);
    }

    /// The executable file. The first call on a machine builds it, which takes minutes.
    public static Path program(GoBinary binary) throws IOException, InterruptedException {
        return orSkip(binary::locate);
    }

    private interface Search<T> {
        T run() throws IOException, InterruptedException;
    }

    private static <T> T orSkip(Search<T> search) throws IOException, InterruptedException {
        try {
            return search.run();
        } catch (MissingProgramException none) {
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw none;
            }
            throw new TestAbortedException("skipped: " + none.getMessage(), none);
        }
    }
}
