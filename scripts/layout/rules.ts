/** What `layout.json` says. Paths are from the root of the repository; patterns are globs as `node:path` matches them. */
export interface LayoutRules {
  readonly names: NameRules;
  readonly lengths: LengthRules;
  /** The first entry whose path matches a package is the package's own. */
  readonly packages: readonly PackageRule[];
  readonly shapes: Readonly<Record<string, ShapeRule>>;
  /** Fields that are the same in every published package. */
  readonly publishedManifest: Readonly<Record<string, unknown>>;
  /** Scripts that every published package has, word for word. */
  readonly publishedScripts: Readonly<Record<string, string>>;
  readonly siblings: readonly SiblingRule[];
  readonly confined: readonly ConfinedRule[];
  readonly singleImporters: readonly SingleImporterRule[];
}

export interface NameRules {
  readonly files: readonly string[];
  readonly except: readonly string[];
  /** File names that are written this way everywhere. */
  readonly capitalised: readonly string[];
  /** Names that say nothing about what is inside. */
  readonly drawers: readonly string[];
}

export interface LengthRules {
  readonly files: readonly string[];
  readonly except: readonly string[];
  readonly warnAbove: number;
  readonly failAbove: number;
  /** Files that may be long, each with its reason. */
  readonly longOnes: Readonly<Record<string, string>>;
}

export interface PackageRule {
  readonly path: string;
  readonly shape: string;
  /** Packages of this workspace that it may depend on and import. */
  readonly mayUse: readonly string[];
  /** Further ones that only its tests may import, and only `devDependencies` may name. */
  readonly mayUseInTests?: readonly string[];
}

export interface ShapeRule {
  /** What lies in the package's folder. In a published one there is nothing else. */
  readonly required: readonly string[];
  readonly published: boolean;
  /** Packages of this workspace that are peers, by caret range, and never plain dependencies. */
  readonly peers?: readonly string[];
}

/** Every folder that matches has these files. */
export interface SiblingRule {
  readonly folders: string;
  readonly except?: readonly string[];
  readonly files: readonly string[];
}

/** Limits what files import; tests beside them are free. An import is matched by its resolved path, or by its specifier. */
export interface ConfinedRule {
  readonly files: readonly string[];
  readonly except?: readonly string[];
  /** When present, nothing else may be imported. */
  readonly may?: readonly string[];
  /** What may be imported besides when only types are. */
  readonly mayAsType?: readonly string[];
  readonly mayNot?: readonly string[];
  readonly because: string;
}

/** At most one file of the package imports these for run time; types may be imported anywhere. */
export interface SingleImporterRule {
  readonly within: string;
  readonly specifiers: readonly string[];
}
