package report

import (
	"fmt"
	"reflect"
	"strings"
)

// The most that a report has of what strangers may have written.
const (
	mostText  = 32 << 10 // bytes of one text
	mostItems = 200      // lines of one list
)

// Bound keeps the report to what can be stored and read, whoever wrote what is in it: texts that are too long
// are cut, and so are lists of lines.
func (r *Report) Bound() { bound(reflect.ValueOf(r).Elem()) }

var stringType = reflect.TypeFor[string]()

// bound bounds all texts in a value. Fields that are not exported are no part of a report.
func bound(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if text := v.String(); len(text) > mostText && v.CanSet() {
			left := fmt.Sprintf(" .. (%d bytes are left out)", len(text)-mostText)
			v.SetString(strings.ToValidUTF8(text[:mostText], "") + left)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			bound(v.Elem())
		}
	case reflect.Slice:
		if n := v.Len(); n > mostItems && v.Type().Elem() == stringType && v.CanSet() {
			short := append(v.Slice(0, mostItems).Interface().([]string), fmt.Sprintf("and %d more", n-mostItems))
			v.Set(reflect.ValueOf(short))
		}
		for i := range v.Len() {
			bound(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				bound(v.Field(i))
			}
		}
	}
}
