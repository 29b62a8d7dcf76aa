// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetName is the sheet of a workbook that is read, and sheetColumns its columns, in the first row.
const sheetName = "figures"

var sheetColumns = []string{"day", "scope", "indicator", "value", "n"}

// sheetExample is the row that shows how it is done.
var sheetExample = []string{"2026-11-17", "queue:assistance", "csat", "82 %", "120"}

// maxFigures bounds a workbook: a year of 100 figures a day.
const maxFigures = 40_000

// WriteFiguresTemplate writes a workbook to be filled in, with an example.
func WriteFiguresTemplate(path string) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetSheetName("Sheet1", sheetName); err != nil {
		return fmt.Errorf("writing the template: %w", err)
	}
	rows := [][]string{
		append(slices.Clone(sheetColumns), "how to fill this in"),
		append(slices.Clone(sheetExample), "An example: delete this row. One row for each figure; n is the number of cases behind a share or a mean."),
		{"", "", "", "", "", "scope: centre, or a kind and a name, such as queue:assistance, team:mistral, campaign:spring."},
		{"", "", "", "", "", "indicator: the id of an indicator that is one measure over another, or a measure. value: withdrawn takes a figure back."},
	}
	for i, row := range rows {
		if err := f.SetSheetRow(sheetName, fmt.Sprintf("A%d", i+1), &row); err != nil {
			return fmt.Errorf("writing the template: %w", err)
		}
	}
	if err := errors.Join(f.SetColWidth(sheetName, "A", "E", 22), f.SetColWidth(sheetName, "F", "F", 90), asText(f)); err != nil {
		return fmt.Errorf("writing the template: %w", err)
	}
	if err := f.SaveAs(path); err != nil {
		return fmt.Errorf("writing the template: %w", err)
	}
	return nil
}

// asText keeps a spreadsheet from turning dates and shares into its own numbers.
func asText(f *excelize.File) error {
	const textFormat = 49 // "@", of the formats that every spreadsheet has
	style, err := f.NewStyle(&excelize.Style{NumFmt: textFormat})
	if err != nil {
		return err
	}
	return f.SetColStyle(sheetName, "A:E", style)
}

// ReadFigures reads a filled-in workbook. Rows without any of the columns are left out.
func ReadFigures(path string) (figures []Figure, err error) {
	f, err := excelize.OpenFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w; it must be a workbook of the kind .xlsx: vigie record template FILE.xlsx writes one", path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows, err := f.GetRows(sheetName)
	if err != nil {
		return nil, fmt.Errorf("%s has no sheet %q; fill in the template that vigie record template FILE.xlsx writes", path, sheetName)
	}
	if len(rows) == 0 || len(rows[0]) < len(sheetColumns) || !slices.Equal(rows[0][:len(sheetColumns)], sheetColumns) {
		return nil, fmt.Errorf("%s: the first row of sheet %q must be %s", path, sheetName, strings.Join(sheetColumns, ", "))
	}
	if len(rows) > maxFigures {
		return nil, fmt.Errorf("%s has %d rows, at most %d are read; split it", path, len(rows), maxFigures)
	}
	for i, row := range rows[1:] {
		cells := make([]string, len(sheetColumns))
		copy(cells, row)
		for k := range cells {
			cells[k] = strings.TrimSpace(cells[k])
		}
		if strings.Join(cells, "") == "" {
			continue
		}
		if slices.Equal(cells, sheetExample) {
			return nil, fmt.Errorf("%s, row %d: this is the template's example; delete the row, so that nobody enters it for a figure", path, i+2)
		}
		figures = append(figures, Figure{Where: fmt.Sprintf("%s, row %d: ", path, i+2), Day: cells[0], Scope: cells[1], Indicator: cells[2], Value: cells[3], N: cells[4]})
	}
	return figures, nil
}
