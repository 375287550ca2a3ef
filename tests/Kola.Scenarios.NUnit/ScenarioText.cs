using Kola.Scenarios.Model;

namespace Kola.Scenarios.NUnit;

/// <summary>A scenario that exists for one test.</summary>
internal sealed class ScenarioText : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kola-test").FullName;

    public ScenarioText(string text)
    {
        var file = Path.Combine(folder, "scenario.yaml");
        File.WriteAllText(file, text);
        Case = ScenarioFile.Load(file).Expand().Single();
    }

    public ScenarioCase Case { get; }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
