package dev.sluice.standalone.folder;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// A document of a YAML file, with the line of the file on which it begins.
record Document(String file, int line, String text) {

    static List<Document> split(String file, String text) {
        List<Document> documents = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        int begin = 1;
        int line = 0;
        for (String content : text.split("\n", -1)) {
            line++;
            if (content.stripTrailing().equals("---") || content.startsWith("--- ")) {
                documents.add(new Document(file, begin, current.toString()));
                current.setLength(0);
                begin = line;
                content = content.substring(3);
            }
            current.append(content).append('\n');
        }
        documents.add(new Document(file, begin, current.toString()));
        return documents;
    }

    String place() {
        return file + ":" + firstContentLine();
    }

    BrokenFileException broken(String problem) {
        return new BrokenFileException(file, firstContentLine(), problem);
    }

    /// Throws when the document breaks the schema of its type.
    void check(CrdSchema schema) throws BrokenFileException {
        CrdSchema.Violation violation = schema.check(tree());
        if (violation != null) {
            throw new BrokenFileException(file, line + violation.line(), violation.problem());
        }
    }

    BrokenFileException broken(JsonProcessingException malformed) {
        if (malformed instanceof JsonMappingException mapping
                && !mapping.getPath().isEmpty()) {
            return new BrokenFileException(file, lineOf(mapping.getPath()), describe(malformed));
        }
        JsonLocation location = malformed.getLocation();
        int at = location == null ? firstContentLine() : line - 1 + location.getLineNr();
        return new BrokenFileException(file, at, describe(malformed));
    }

    /// The line of the deepest node on the path that the document has. The parser's own location is of no use here:
    /// what is missing, or has no place in a record, is found only after the end of the object.
    private int lineOf(List<JsonMappingException.Reference> path) {
        Node node = tree();
        Mark found = node.getStartMark();
        for (JsonMappingException.Reference step : path) {
            Optional<NodeTuple> child = node instanceof MappingNode mapping
                    ? mapping.getValue().stream()
                            .filter(pair -> pair.getKeyNode() instanceof ScalarNode key
                                    && key.getValue().equals(step.getFieldName()))
                            .findFirst()
                    : Optional.empty();
            if (child.isPresent()) {
                node = child.get().getValueNode();
                found = child.get().getKeyNode().getStartMark();
            } else if (node instanceof SequenceNode list
                    && step.getIndex() >= 0
                    && step.getIndex() < list.getValue().size()) {
                node = list.getValue().get(step.getIndex());
                found = node.getStartMark();
            } else {
                break;
            }
        }
        return line + found.getLine();
    }

    private Node tree() {
        return new org.yaml.snakeyaml.Yaml().compose(new StringReader(text));
    }

    private int firstContentLine() {
        int skipped = 0;
        for (String content : text.split("\n", -1)) {
            if (!content.isBlank() && !content.startsWith("#")) {
                return line + skipped;
            }
            skipped++;
        }
        return line;
    }

    private static String describe(JsonProcessingException malformed) {
        return switch (malformed) {
            case UnrecognizedPropertyException unknown ->
                "unknown field %s; known here are %s"
                        .formatted(
                                path(unknown),
                                unknown.getKnownPropertyIds().stream()
                                        .map(String::valueOf)
                                        .sorted()
                                        .toList());
            case JsonMappingException mapping
            when !mapping.getPath().isEmpty() -> path(mapping) + ": " + message(mapping);
            default -> message(malformed);
        };
    }

    private static String message(JsonProcessingException malformed) {
        return malformed
                .getOriginalMessage()
                .lines()
                .findFirst()
                .orElse("malformed")
                .strip();
    }

    private static String path(JsonMappingException mapping) {
        return mapping.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }
}
