package dev.sluice.lab.contender;

import dev.sluice.lab.workload.Arrival;
import java.util.Arrays;
import java.util.SplittableRandom;

/// A Service as kube-proxy implements it: each client connection goes to a pod drawn at its opening, and clients keep
/// their connections.
final class KubernetesService implements Chooser {
    private static final int CONNECTIONS = 256;
    private static final int CLOSED = -1;

    private final int[] pods = new int[CONNECTIONS];
    private final SplittableRandom random;

    KubernetesService(long seed) {
        random = new SplittableRandom(seed);
        Arrays.fill(pods, CLOSED);
    }

    @Override
    public int choose(Sight sight, Arrival request) {
        int connection = random.nextInt(CONNECTIONS);
        if (pods[connection] == CLOSED) {
            pods[connection] = random.nextInt(sight.servers());
        }
        return pods[connection];
    }
}
