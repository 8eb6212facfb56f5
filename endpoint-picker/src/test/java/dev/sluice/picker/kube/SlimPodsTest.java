package dev.sluice.picker.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlimPodsTest {
    private static Pod pod(String name, String ready) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: sluice-system
                  resourceVersion: "7"
                  labels: {app: picker, color: green}
                  annotations: {llm-d.ai/active-ports: "8000", kubectl.kubernetes.io/last-applied-configuration: "{}"}
                  managedFields: [{manager: kubelet, operation: Update}]
                spec:
                  containers: [{name: main, image: sluice}]
                status:
                  podIP: 10.0.0.1
                  hostIP: 10.1.0.1
                  conditions: [{type: Ready, status: "%s"}, {type: Initialized, status: "True"}]
                  containerStatuses: [{name: main, image: sluice, imageID: x, ready: true, restartCount: 0}]
                """.formatted(name, ready), Pod.class);
    }

    private record Fixed(List<Pod> pods) implements Resources {
        @Override
        public <T extends HasMetadata> List<T> all(Class<T> kind) {
            return pods.stream().map(kind::cast).toList();
        }
    }

    @Test
    void keepsOnlyWhatThePickerLooksAt() {
        SlimPods store = new SlimPods();
        store.put("sluice-system/a", pod("a", "True"));
        assertThat(store.get("sluice-system/a")).isEqualTo(Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: a
                  namespace: sluice-system
                  resourceVersion: "7"
                  labels: {app: picker, color: green}
                  annotations: {llm-d.ai/active-ports: "8000"}
                status:
                  podIP: 10.0.0.1
                  hostIP: 10.1.0.1
                  conditions: [{type: Ready, status: "True"}]
                """, Pod.class));
    }

    @Test
    void replicasAreTheReadyPodsThatCarryTheLabels() {
        Replicas counted = new Replicas(2, "sluice-system", Map.of("app", "picker"));
        assertThat(counted.count(new Fixed(List.of(pod("a", "True"), pod("b", "False"), pod("c", "True")))))
                .isEqualTo(2);
        assertThat(counted.count(new Fixed(List.of(pod("a", "True"))))).isEqualTo(1);
        assertThat(counted.count(new Fixed(List.of()))).isEqualTo(2);
        assertThat(new Replicas(3, "other", Map.of("app", "picker")).count(new Fixed(List.of(pod("a", "True")))))
                .isEqualTo(3);
        assertThat(Replicas.fixed(4).count(new Fixed(List.of(pod("a", "True")))))
                .isEqualTo(4);
    }
}
