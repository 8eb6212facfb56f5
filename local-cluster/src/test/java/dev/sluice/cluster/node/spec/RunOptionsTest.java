package dev.sluice.cluster.node.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunOptionsTest {
    @Test
    void rightsAndLimitsAreThoseOfTheManifest() {
        assertThat(options("""
                spec:
                  securityContext: {runAsUser: 65532, runAsGroup: 65532}
                  containers:
                  - name: picker
                    resources: {limits: {memory: 1Gi}}
                    securityContext:
                      allowPrivilegeEscalation: false
                      readOnlyRootFilesystem: true
                      capabilities: {drop: [ALL]}
                """))
                .contains(
                        "--hostname=web",
                        "--label=io.kubernetes.pod.name=web",
                        "--label=io.kubernetes.pod.namespace=shop",
                        "--label=io.kubernetes.container.name=picker",
                        "--user=65532:65532",
                        "--read-only",
                        "--read-only-tmpfs=false",
                        "--security-opt=no-new-privileges",
                        "--cap-drop=ALL",
                        "--memory=1073741824",
                        "--memory-swap=1073741824");
    }

    @Test
    void aContainerSaysItsUserBeforeItsPod() {
        assertThat(options("""
                spec:
                  securityContext: {runAsUser: 1}
                  containers:
                  - {name: main, securityContext: {runAsUser: 2}}
                """)).contains("--user=2");
    }

    @Test
    void whatAManifestDoesNotSayIsTheImages() {
        assertThat(options("""
                spec: {containers: [{name: main}]}
                """)).allMatch(option -> option.startsWith("--label=") || option.startsWith("--hostname="));
    }

    @Test
    void volumesAreMountedWhereTheManifestSays() {
        assertThat(options("""
                spec:
                  containers:
                  - name: main
                    volumeMounts:
                    - {name: scratch, mountPath: /tmp/}
                    - {name: scratch, mountPath: /seen, readOnly: true, subPath: part}
                    - {name: keys, mountPath: /etc/keys}
                    - {name: access, mountPath: /var/run/access}
                    - {name: host, mountPath: /host}
                  volumes:
                  - {name: scratch, emptyDir: {}}
                  - {name: keys, secret: {secretName: keys}}
                  - {name: access, projected: {sources: []}}
                  - {name: host, hostPath: {path: /srv}}
                """))
                .contains(
                        "--volume=/volumes/scratch:/tmp:rw",
                        "--volume=/volumes/scratch/part:/seen:ro",
                        "--volume=/volumes/keys:/etc/keys:ro",
                        "--volume=/volumes/access:/var/run/access:ro",
                        "--volume=/srv:/host:rw");
    }

    private static List<String> options(String spec) {
        Pod pod = Serialization.unmarshal("metadata: {name: web, namespace: shop}\n" + spec, Pod.class);
        Volumes volumes = new Volumes(pod, Path.of("/volumes"), null, new FieldRefs(pod, "127.1.128.1", "127.1.0.1"));
        return new RunOptions(volumes).of(pod.getSpec().getContainers().getFirst());
    }
}
