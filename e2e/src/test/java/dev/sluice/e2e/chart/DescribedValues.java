package dev.sluice.e2e.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The values of a chart stand with the comments above them.
///
/// A map with comments inside is a section; any other key of a section is a value.
record DescribedValues(List<Value> values) {
    /// @param path its keys, such as `images.operator.tag`
    /// @param defaultValue as JSON
    /// @param comment empty where there is none
    record Value(String path, String defaultValue, String comment, boolean isSection) {
        /// The path of the section it is in; empty for those of no section.
        String section() {
            int dot = path.indexOf('.');
            return dot < 0 ? "" : path.substring(0, dot);
        }
    }

    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z]+):.*");

    static DescribedValues parse(String yaml) throws IOException {
        JsonNode tree = new YAMLMapper().readTree(yaml);
        Map<String, String> comments = comments(yaml);
        List<Value> values = new ArrayList<>();
        for (String path : comments.keySet()) {
            int dot = path.lastIndexOf('.');
            if (dot < 0 || isSection(path.substring(0, dot), comments)) {
                JsonNode value = tree.at("/" + path.replace('.', '/'));
                values.add(new Value(path, value.toString(), comments.get(path), isSection(path, comments)));
            }
        }
        return new DescribedValues(values);
    }

    private static boolean isSection(String path, Map<String, String> comments) {
        return comments.entrySet().stream()
                .anyMatch(each ->
                        each.getKey().startsWith(path + ".") && !each.getValue().isEmpty());
    }

    /// Every key, by its path, and the comment that ends on the line above.
    private static Map<String, String> comments(String yaml) {
        Map<String, String> comments = new LinkedHashMap<>();
        Deque<String> path = new ArrayDeque<>();
        List<String> comment = new ArrayList<>();
        for (String line : yaml.lines().toList()) {
            Matcher key = KEY.matcher(line);
            if (line.strip().startsWith("# ")) {
                comment.add(line.strip().substring(2));
            } else if (key.matches()) {
                while (path.size() > key.group(1).length() / 2) {
                    path.removeLast();
                }
                path.addLast(key.group(2));
                comments.put(String.join(".", path), String.join(" ", comment));
                comment.clear();
            } else {
                comment.clear();
            }
        }
        return comments;
    }
}
