/// Rules for the code of every module.
///
/// Start with [LanguageRules]; each module has a test class that extends it.
@NullMarked
package dev.sluice.rules;

import org.jspecify.annotations.NullMarked;
