using Kola.Yaml.Files;

namespace Kola.Scenarios.Model;

/// <summary>The JSON Schema of scenario files.</summary>
public static class ScenarioSchema
{
    /// <summary>Name of the checked-in file, in the folder of the scenarios.</summary>
    public const string FileName = "scenario.schema.json";

    /// <summary>The schema as the text of <see cref="FileName"/>.</summary>
    public static string Text() => YamlSchema.Text(typeof(ScenarioDocument), "Kola scenario", "kola schema", Variables.WholePattern);
}
