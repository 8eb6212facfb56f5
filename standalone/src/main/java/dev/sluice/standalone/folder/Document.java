package dev.sluice.standalone.folder;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// One document of a YAML file, with the line of the file on which it begins.
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

    BrokenFileException broken(JsonProcessingException malformed) {
        JsonLocation location = malformed.getLocation();
        int at = location == null ? firstContentLine() : line - 1 + location.getLineNr();
        return new BrokenFileException(file, at, describe(malformed));
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
            when !mapping.getPath().isEmpty() -> path(mapping) + ": " + firstLine(mapping);
            default -> firstLine(malformed);
        };
    }

    private static String firstLine(JsonProcessingException malformed) {
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
