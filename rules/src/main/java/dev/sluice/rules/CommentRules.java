package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The doc comments of a module name their subject: a reader looks for a noun of the field, not for a question.
public abstract class CommentRules {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern QUESTION =
            Pattern.compile("\\s*/// (What|Whether|How|Who|Those|One|Where|When|Which|Why)\\b.*");

    @Test
    void everyDocCommentBeginsWithItsSubject() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(sources)
                    .isNotEmpty()
                    .allSatisfy(source -> assertThat(questions(Files.readAllLines(source)))
                            .as(source.toString())
                            .isEmpty());
        }
    }

    private static List<String> questions(List<String> lines) {
        List<String> questions = new ArrayList<>();
        boolean within = false;
        for (String line : lines) {
            if (!within && QUESTION.matcher(line).matches()) {
                questions.add(line.strip());
            }
            within = line.strip().startsWith("///");
        }
        return questions;
    }
}
