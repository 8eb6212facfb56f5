package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The pages of the project lead where they say: links, their anchors, and paths in code.
class DocumentationTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    /// A type or a package: words with dots between, such as `pool.Signals`.
    private static final Pattern NAMED_IN_CODE = Pattern.compile("`([A-Za-z]+(?:\\.[A-Za-z]+)*)`");
    private static final Pattern LINK_TEXT = Pattern.compile("\\[([^\\]]*)\\]\\([^)]*\\)");
    /// A path from the root of the project, without placeholders, patterns or arguments.
    private static final Pattern PROJECT_PATH = Pattern.compile(
            "(?:bin|bench|config|deploy|docs|e2e|api-crds|endpoint-picker|images|lab|local-cluster|operator|process|release|rules|simulator|standalone)"
                    + "(?:/[A-Za-z0-9_.-]+)+/?");
    private static final Pattern PAGE_IN_CODE = Pattern.compile("docs/[A-Za-z0-9_/-]+\\.md(#[a-z0-9-]+)?");

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        Map<Path, Set<String>> anchors = new HashMap<>();
        Set<String> broken = new TreeSet<>();
        for (Path page : pages()) {
            String text = FENCED.matcher(Files.readString(page)).replaceAll("");
            for (String link : found(LINK, text, 1)) {
                if (!link.contains("://") && !leadsFrom(page, link, anchors)) {
                    broken.add(ROOT.relativize(page) + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPathThatAPageNamesExists() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (Path page : pages()) {
            String text = FENCED.matcher(Files.readString(page)).replaceAll("");
            for (String code : found(CODE, text, 1)) {
                if (PROJECT_PATH.matcher(code).matches() && !isBuilt(code) && !Files.exists(ROOT.resolve(code))) {
                    missing.add(ROOT.relativize(page) + ": " + code);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyPageThatCodeNamesExists() throws IOException {
        Map<Path, Set<String>> anchors = new HashMap<>();
        Set<String> broken = new TreeSet<>();
        for (Path source : sources()) {
            for (String named : found(PAGE_IN_CODE, Files.readString(source), 0)) {
                if (!leadsFrom(ROOT.resolve("README.md"), named, anchors)) {
                    broken.add(ROOT.relativize(source) + ": " + named);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /// `scheduling.RequestCost` is a file `…/scheduling/RequestCost.java`, and `scheduling` a folder of sources.
    @Test
    void theTableOfAdditionsNamesPackagesAndTypesThatExist() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/ARCHITECTURE.md"));
        String table = page.substring(page.indexOf("## Where do I add"));
        List<Path> types = sources().stream()
                .filter(each -> each.toString().endsWith(".java"))
                .toList();
        Set<String> missing = new TreeSet<>();
        for (String name : found(NAMED_IN_CODE, table, 1)) {
            Path file = Path.of(name.replace('.', '/') + ".java");
            Path folder = Path.of(name.replace('.', '/'));
            if (types.stream()
                    .noneMatch(type -> type.endsWith(file) || type.getParent().endsWith(folder))) {
                missing.add(name);
            }
        }
        assertThat(missing).isEmpty();
        assertThat(found(NAMED_IN_CODE, table, 1)).hasSizeGreaterThan(40);
    }

    @Test
    void theReadmeLeadsToEveryPage() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            assertThat(docs.map(page -> page.getFileName().toString())
                            .filter(name -> name.endsWith(".md"))
                            .filter(name -> !readme.contains("(docs/" + name)))
                    .isEmpty();
        }
    }

    private static boolean leadsFrom(Path page, String link, Map<Path, Set<String>> known) throws IOException {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        if (hash < 0 || !target.toString().endsWith(".md")) {
            return true;
        }
        Set<String> anchors = known.get(target);
        if (anchors == null) {
            anchors = anchors(target);
            known.put(target, anchors);
        }
        return anchors.contains(link.substring(hash + 1));
    }

    /// The anchors of a page as GitHub makes them of its headings: "What it costs" is `what-it-costs`.
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        String text = FENCED.matcher(Files.readString(page)).replaceAll("");
        for (String heading : found(HEADING, text, 1)) {
            String anchor = LINK_TEXT
                    .matcher(heading)
                    .replaceAll("$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            String unique = anchor;
            for (int i = 1; !anchors.add(unique); i++) {
                unique = anchor + "-" + i;
            }
        }
        return anchors;
    }

    private static boolean isBuilt(String path) {
        return path.contains("/target/");
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(each -> each.toString().endsWith(".md")).forEach(pages::add);
        }
        return pages;
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.filter(each -> Files.isDirectory(each.resolve("src"))
                            || each.endsWith("config")
                            || each.endsWith("deploy"))
                    .toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    files.filter(each -> each.toString().endsWith(".java")
                                    || each.toString().endsWith(".yaml"))
                            .filter(each -> !each.startsWith(module.resolve("target")))
                            .forEach(sources::add);
                }
            }
        }
        return sources;
    }

    private static List<String> found(Pattern pattern, String text, int group) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult result) -> result.group(group))
                .toList();
    }
}
