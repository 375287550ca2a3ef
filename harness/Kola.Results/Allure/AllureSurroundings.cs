using System.Text;
using Kola.Results.Events;

namespace Kola.Results.Allure;

/// <summary>What a report tells beside the results: environment, categories, executor.</summary>
internal static class AllureSurroundings
{
    public static IReadOnlyList<AllureCategory> Categories { get; } =
    [
        new("Flaky: passed only when tried again", ["passed"], Flaky: true),
        new("Product failure", ["failed"]),
        new("Infrastructure: says nothing about the product", ["broken"]),
        new("Not proven: not tried, or cut off", ["skipped", "unknown"]),
    ];

    /// <summary>A Java properties file.</summary>
    public static string Environment(RunPlanned plan)
    {
        var host = plan.Host;
        (string Key, string Value)[] rows =
        [
            ("Kola", plan.Kola),
            ("Run", plan.Run),
            ("Seed", $"{plan.Seed}"),
            ("Accelerator", $"{host.Accelerator} ({host.AcceleratorReason})"),
            ("QEMU", $"{host.QemuVersion}{(host.QemuSha256 is null ? "" : $" (sha256 {Wording.Digest(host.QemuSha256)})")}"),
            ("Host", $"{host.Cpus} CPUs, {host.MemoryBytes >> 20} MiB"),
            .. plan.Scenarios.SelectMany(s => s.Images).Distinct().OrderBy(i => i.Name, StringComparer.Ordinal)
                .Select(i => ($"Image {i.Name}", $"{(i.Release is null ? "" : $"release {i.Release}, ")}sha256 {i.Sha256}")),
            .. host.Firmware.Select(f => ($"Firmware {Path.GetFileName(f.Key)}", $"sha256 {f.Value}")),
        ];
        var text = new StringBuilder();
        foreach (var (key, value) in rows)
            text.Append($"{Escaped(key)} = {PlainText.Line(value).Replace("\\", "\\\\", StringComparison.Ordinal)}\n");
        return text.ToString();
    }

    public static AllureExecutor Executor(RunPlanned plan, BuildJob? job) =>
        job is null
            ? new("Kola", "kola", $"Kola run {plan.Run}")
            : new(job.System, job.Type, $"Kola run {plan.Run}", job.Name, job.Url, job.Number);

    private static string Escaped(string key) => key.Replace(" ", "\\ ", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal);
}
