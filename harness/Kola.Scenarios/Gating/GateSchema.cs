using Kola.Yaml.Files;

namespace Kola.Scenarios.Gating;

/// <summary>The JSON Schemas of the gate's files.</summary>
public static class GateSchema
{
    /// <summary>The schema of <c>ci/gate.yaml</c>.</summary>
    public static string PolicyText() => YamlSchema.Text(typeof(GatePolicyDefinition), "Kola gate policy", "kola schema gate");

    /// <summary>The schema of <c>ci/quarantine.yaml</c>.</summary>
    public static string QuarantineText() => YamlSchema.Text(typeof(QuarantineDefinition), "Kola quarantine", "kola schema quarantine");
}
