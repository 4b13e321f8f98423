package cvat

import "github.com/errata-cv/errata/internal/formattest"

// photo is a PNG.
var photo = string(formattest.Picture(40, 30))

const meta = `  <version>1.1</version>
  <meta>
    <task>
      <size>3</size>
      <labels>
        <label>
          <name>car</name>
          <color>#ff0000</color>
          <attributes>
          </attributes>
        </label>
        <label>
          <name>night &amp; day</name>
          <color>#00ff00</color>
          <attributes>
            <attribute>
              <name>sky</name>
            </attribute>
          </attributes>
        </label>
      </labels>
    </task>
  </meta>
`

const images = `  <!-- made by hand -->
  <image id="7" name="a.png" subset="train" width="40" height="30">
    <box label="car" occluded="0" source="manual" xtl="1.00" ytl="2.00" xbr="20.50" ybr="12.00" z_order="0">
      <attribute name="colour">dark red</attribute>
    </box>
    <polyline label="car" points="1,2;3,4"/>
    <polygon label="car" source="auto" occluded="1" points="1.00,2.0;10,2;10,12.25" group_id="3" z_order="0"/>
    <mask label="night &amp; day" source="manual" occluded="0" rle="1, 2, 1, 2" left="3" top="4" width="3" height="2" z_order="0">
    </mask>
    <box label="car" source="manual" occluded="0" xtl="10.00" ytl="10.00" xbr="20.00" ybr="14.00" rotation="30.0" z_order="0">
    </box>
    <tag label="night &amp; day" source="manual">
    </tag>
  </image>
  <image id="8" name="b.png" subset="val" width="40" height="30">
    <box label='car' occluded='0' xtl='5' ytl='6' xbr='7' ybr='8'/>
  </image>
  <image id="9" name="c.png" subset="default" width="40" height="30"/>
`

const three = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations>\n" + meta + images + "</annotations>\n"

func task() map[string]string {
	return map[string]string{"annotations.xml": three, "images/a.png": photo, "images/b.png": photo, "images/c.png": photo}
}
