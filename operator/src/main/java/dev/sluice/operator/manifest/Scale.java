package dev.sluice.operator.manifest;

/// The number of a Deployment's replicas: fixed, or left to a HorizontalPodAutoscaler between two bounds.
public sealed interface Scale {

    record Fixed(int replicas) implements Scale {

        @Override
        public int least() {
            return replicas;
        }

        @Override
        public int most() {
            return replicas;
        }
    }

    /// @param cpuPercent the share of their CPU requests that the replicas shall use on average
    record Autoscaled(int least, int most, int cpuPercent) implements Scale {

        public Autoscaled {
            if (least < 1 || most < least || cpuPercent < 1) {
                throw new IllegalArgumentException(
                        "a HorizontalPodAutoscaler needs 1 <= least <= most and a target of at" + " least 1 %, not "
                                + least + ", " + most + " and " + cpuPercent + " %");
            }
        }
    }

    int least();

    int most();
}
