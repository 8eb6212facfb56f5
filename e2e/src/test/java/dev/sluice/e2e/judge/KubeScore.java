package dev.sluice.e2e.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.stack.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Good practice, as kube-score sees it. A warning counts as much as a critical finding.
final class KubeScore implements Judge {
    /// The grade of an object that has nothing to be said against it.
    private static final int ALL_OK = 10;

    private final Program program;
    private final String kubernetes;

    KubeScore() throws IOException, InterruptedException {
        program = new Program(List.of(Prerequisites.program(GoBinary.KUBE_SCORE).toString()), 60);
        kubernetes = GoBinary.KUBE_APISERVER.version().replaceFirst("(v\\d+\\.\\d+).*", "$1");
    }

    @Override
    public List<Finding> findings(Path manifest) throws IOException, InterruptedException {
        String json = program.run(
                1, List.of("score", "--output-format=json", "--kubernetes-version=" + kubernetes, manifest.toString()));
        List<Finding> findings = new ArrayList<>();
        for (JsonNode object : new JsonMapper().readTree(json)) {
            String name = object.path("type_meta").path("kind").asText() + "/"
                    + object.path("object_meta").path("name").asText();
            for (JsonNode check : object.path("checks")) {
                if (!check.path("skipped").asBoolean() && check.path("grade").asInt() < ALL_OK) {
                    findings.addAll(findings(check, name));
                }
            }
        }
        return findings;
    }

    /// A finding for each remark, because a check such as that of resources looks at several things.
    private static List<Finding> findings(JsonNode check, String object) {
        List<Finding> findings = new ArrayList<>();
        String id = check.path("check").path("id").asText();
        for (JsonNode comment : check.path("comments")) {
            String summary = comment.path("summary").asText();
            findings.add(new Finding(
                    "kube-score",
                    id + "/" + summary.replace(' ', '-'),
                    object,
                    comment.path("description").asText()));
        }
        return findings;
    }
}
