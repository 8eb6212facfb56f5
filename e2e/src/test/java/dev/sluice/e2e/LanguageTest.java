package dev.sluice.e2e;

import dev.sluice.rules.LanguageRules;
import java.nio.file.Path;

class LanguageTest extends LanguageRules {
    LanguageTest() {
        super(Path.of("target/test-classes"));
    }
}
