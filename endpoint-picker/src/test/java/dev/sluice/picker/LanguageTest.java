package dev.sluice.picker;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.sluice.rules.LanguageRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LanguageTest extends LanguageRules {
    private static final Pattern CODE = Pattern.compile("`([A-Z][A-Za-z]+)`");

    @Test
    void theGlossaryNamesTypesThatExist() throws IOException {
        Set<String> types = types().map(JavaClass::getSimpleName).collect(Collectors.toSet());
        Set<String> told = CODE.matcher(Files.readString(Path.of("../docs/GLOSSARY.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(told).hasSizeGreaterThan(30);
        assertThat(types).containsAll(told);
    }
}
