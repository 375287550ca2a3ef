using System.Xml.Linq;
using FluentAssertions;
using Kola.Results.JUnit;
using Kola.Tests.Results.Stories;
using NUnit.Framework;

namespace Kola.Tests.Results.JUnit;

public sealed class JUnitXmlTests
{
    private RecordedFolder run = null!;
    private XDocument xml = null!;

    [SetUp]
    public async Task Write()
    {
        run = await RecordedFolder.MakeAsync();
        var path = Path.Combine(run.Path, JUnitXml.FileName);
        JUnitXml.Of(run.Story).Save(path);
        xml = XDocument.Load(path);
    }

    [TearDown]
    public void Remove() => run.Dispose();

    [Test]
    public void What_proves_nothing_is_an_error_and_never_skipped()
    {
        string[] kinds = [.. Cases().Select(c => $"{c.Attribute("name")!.Value}: {string.Join(' ', c.Elements().Select(e => e.Name.LocalName).Where(n => n != "system-out"))}")];

        kinds.Should().BeEquivalentTo("boot.good: ", "boot.flaky: flakyFailure", "update.bad: failure", "update.broken: error", "update.untried: error", "update.cut: error");
    }

    [Test]
    public void The_counts_are_those_of_the_cases()
    {
        foreach (var counted in xml.Descendants("testsuite").Append(xml.Root!))
        {
            Number(counted, "tests").Should().Be(counted.Descendants("testcase").Count());
            Number(counted, "failures").Should().Be(counted.Descendants("failure").Count());
            Number(counted, "errors").Should().Be(counted.Descendants("error").Count());
        }

        Number(xml.Root!, "tests").Should().Be(6);
    }

    [Test]
    public void What_XML_cannot_hold_is_replaced() =>
        xml.Descendants("failure").Single().Value.Should().Contain("Kernel panic \uFFFD <b>&").And.Contain("run it again: ci/kola run 'update.bad' --seed 7");

    private IEnumerable<XElement> Cases() => xml.Descendants("testcase");

    private static int Number(XElement element, string name) => (int)element.Attribute(name)!;
}
