package dev.sluice.cluster.node.probe;

import dev.sluice.cluster.node.spec.StartFailure;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The hook runs what a container wants done before it is asked to end. Its failure changes nothing, here as
/// elsewhere.
public final class PreStop {
    private static final Logger LOG = LoggerFactory.getLogger(PreStop.class);

    private PreStop() {}

    public static void run(Container container, String address, Duration limit) throws InterruptedException {
        if (container.getLifecycle() == null || container.getLifecycle().getPreStop() == null) {
            return;
        }
        LifecycleHandler hook = container.getLifecycle().getPreStop();
        try {
            if (hook.getSleep() != null) {
                Duration sleep = Duration.ofSeconds(hook.getSleep().getSeconds());
                Thread.sleep(sleep.compareTo(limit) < 0 ? sleep : limit);
            } else if (hook.getHttpGet() != null) {
                var _ = InsecureHttp.CLIENT.send(
                        ProbeCheck.request(hook.getHttpGet(), container, address, limit), BodyHandlers.discarding());
            } else {
                LOG.atWarn()
                        .addKeyValue("container", container.getName())
                        .log("a preStop hook by exec is not run here");
            }
        } catch (IOException | StartFailure failed) {
            LOG.atInfo()
                    .addKeyValue("container", container.getName())
                    .setCause(failed)
                    .log("a preStop hook failed");
        }
    }
}
