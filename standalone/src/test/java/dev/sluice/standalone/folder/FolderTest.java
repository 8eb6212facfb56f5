package dev.sluice.standalone.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTest {
    @TempDir
    Path path;

    private final List<ResourceSet> states = new CopyOnWriteArrayList<>();
    private final List<BrokenFileException> complaints = new CopyOnWriteArrayList<>();

    private final Folder.Listener listener = new Folder.Listener() {
        @Override
        public void changed(ResourceSet resources) {
            states.add(resources);
        }

        @Override
        public void broken(BrokenFileException reason) {
            complaints.add(reason);
        }
    };

    @Test
    void handsOnTheFirstStateBeforeItReturns() throws Exception {
        write("a.yaml", endpoints("a", "127.0.0.1"));
        try (Folder _ = Folder.open(path, listener)) {
            assertThat(podNames(states.getFirst())).containsExactly("a");
        }
    }

    @Test
    void takesAFileThatAnEditorRenamedIntoPlace() throws Exception {
        write("a.yaml", endpoints("a", "127.0.0.1"));
        try (Folder _ = Folder.open(path, listener)) {
            Path draft = Files.writeString(path.resolve(".a.yaml.swp"), endpoints("b", "127.0.0.2"));
            Files.move(draft, path.resolve("a.yaml"), StandardCopyOption.ATOMIC_MOVE);

            awaitStates(2);
            assertThat(podNames(states.getLast())).containsExactly("b");
        }
    }

    @Test
    void noticesNewAndRemovedFiles() throws Exception {
        write("a.yaml", endpoints("a", "127.0.0.1"));
        try (Folder _ = Folder.open(path, listener)) {
            write("b.yaml", endpoints("b", "127.0.0.2"));
            awaitStates(2);
            assertThat(podNames(states.getLast())).containsExactly("a", "b");

            Files.delete(path.resolve("a.yaml"));
            awaitStates(3);
            assertThat(podNames(states.getLast())).containsExactly("b");
        }
    }

    @Test
    void reportsABrokenFileOnceWithNameAndLineAndKeepsTheLastGoodState() throws Exception {
        write("a.yaml", endpoints("a", "127.0.0.1"));
        try (Folder _ = Folder.open(path, listener)) {
            write("a.yaml", endpoints("a", "127.0.0.1").replace("address:", "adress:"));
            await().atMost(Duration.ofSeconds(5)).until(() -> !complaints.isEmpty());
            write("b.yaml", "# nothing yet\n");
            await().atMost(Duration.ofSeconds(5)).until(() -> complaints.size() == 2);

            assertThat(complaints.getFirst()).hasMessageStartingWith("a.yaml:6: spec.endpoints[0].address: Missing");
            assertThat(states).hasSize(1);

            write("a.yaml", endpoints("c", "127.0.0.3"));
            awaitStates(2);
            assertThat(podNames(states.getLast())).containsExactly("c");
            assertThat(complaints).hasSize(2);
        }
    }

    @Test
    void refusesToOpenABrokenOrEmptyFolder() throws IOException {
        assertThatThrownBy(() -> Folder.open(path, listener))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no *.yaml file");

        write("a.yaml", "kind: [");
        assertThatThrownBy(() -> Folder.open(path, listener)).isInstanceOf(BrokenFileException.class);
        assertThat(states).isEmpty();
    }

    private void awaitStates(int count) {
        await().atMost(Duration.ofSeconds(5)).until(() -> states.size() >= count);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(path.resolve(name), text);
    }

    private static List<String> podNames(ResourceSet state) {
        return state.all(Pod.class).stream()
                .map(pod -> pod.getMetadata().getName())
                .toList();
    }

    static String endpoints(String name, String address) {
        return """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: EndpointList
                metadata: {name: %s-list}
                spec:
                  endpoints:
                    - name: %s
                      address: %s
                """.formatted(name, name, address);
    }
}
